import { addRetryHook, getRetryHooks, type RetryOptions, retry, retryBudget } from '@stamina/core';
import { assertGivenUp, assertRetried, flaky, recordRetries, withoutRetries, withTesting } from '@stamina/testing';
import { describe, expect, test, vi } from 'vitest';
import { countAttempts, HttpError, messageOf, record } from '../support/calls.ts';
import '@stamina/testing/vitest';

const load = (failures: number) => {
  const fn = flaky(async (id: number) => ({ id }), { failures, error: TypeError });
  return () => withTesting({ attempts: 3 }, () => retry({ on: TypeError, name: 'load' })(fn)(1));
};

test('a recorder lists retries and recoveries', async () => {
  using recorder = recordRetries();
  await load(2)();
  expect(recorder.retries).toMatchObject([
    { name: 'load', args: [1], attempt: 1, retryNum: 1, waitFor: 0, attempts: 3 },
    { name: 'load', args: [1], attempt: 2, retryNum: 2 },
  ]);
  expect(recorder.recoveries).toMatchObject([{ name: 'load', attempt: 3 }]);
  expect(recorder.giveUps).toEqual([]);
});

test('a recorder lists calls that gave up', async () => {
  using recorder = recordRetries();
  await expect(load(3)()).rejects.toThrow(TypeError);
  expect(recorder.retries.length).toBe(2);
  expect(recorder.recoveries).toEqual([]);
  expect(recorder.giveUps).toMatchObject([{ name: 'load', reason: 'attempts', attempt: 3 }]);
  expect(recorder.giveUps[0]?.errors.length).toBe(3);
});

test('a disposed recorder records nothing more', async () => {
  const before = getRetryHooks();
  const recorder = recordRetries();
  await load(2)();
  recorder.dispose();
  expect(getRetryHooks()).toEqual(before);
  await load(1)();
  expect(recorder.retries.length).toBe(2);
});

test('a recorder affects no other hook or recorder', async () => {
  const retryNums: number[] = [];
  using _ = addRetryHook(({ retryNum }) => retryNums.push(retryNum));
  using one = recordRetries();
  await load(1)();
  using two = recordRetries();
  await load(2)();
  expect(retryNums).toEqual([1, 1, 2]);
  expect([one.retries.length, two.retries.length]).toEqual([3, 2]);
});

test('a recorder in a scope ignores other calls', async () => {
  using all = recordRetries();
  const count = (most: number) =>
    withTesting({ attempts: most }, async () => {
      using own = recordRetries();
      await countAttempts();
      await withTesting({ attempts: 2 }, countAttempts);
      return own.retries.length;
    });
  expect(await Promise.all([count(3), count(7)])).toEqual([3, 7]);
  expect(all.retries.length).toBe(10);
});

test('a turn of the event loop keeps the scope', async () => {
  await withTesting({ attempts: 2_500 }, async () => {
    using recorder = recordRetries();
    await countAttempts();
    expect(recorder.retries.length).toBe(2_499);
  });
});

describe('matchers', () => {
  test('toHaveRetried() counts retries', async () => {
    const some = await record(2, 3);
    expect(some).toHaveRetried();
    expect(some).toHaveRetried(2);
    expect(some).not.toHaveRetried(0);
    const none = await record(0, 3);
    expect(none).not.toHaveRetried();
    expect(none).toHaveRetried(0);
  });

  test('toHaveGivenUp() looks for a reason', async () => {
    const gaveUp = await record(3, 3);
    expect(gaveUp).toHaveGivenUp();
    expect(gaveUp).toHaveGivenUp('attempts');
    expect(gaveUp).not.toHaveGivenUp('budget');
    expect(await record(2, 3)).not.toHaveGivenUp();
  });

  describe('matchers refuse', () => {
    const recorder = recordRetries();
    recorder.dispose();
    test.each<[string, () => void, string]>([
      [
        'an array instead of a recorder',
        () => expect([]).toHaveRetried(1),
        '`recorder` must be a recorder from recordRetries(), got an array of 0; write const recorder = recordRetries()',
      ],
      [
        'undefined instead of a recorder',
        () => expect(undefined).not.toHaveGivenUp(),
        '`recorder` must be a recorder from recordRetries(), got undefined; write const recorder = recordRetries()',
      ],
      ['half a retry', () => expect(recorder).toHaveRetried(0.5), '`times` must be an integer of at least 0, got 0.5'],
      [
        'a number in a string',
        () => expect(recorder).not.toHaveRetried('2' as unknown as number),
        '`times` must be an integer of at least 0, got "2"',
      ],
      [
        'an unknown reason',
        () => expect(recorder).not.toHaveGivenUp('bored' as 'budget'),
        '`reason` must be one of aborted, unmatched, stopped, attempts, deadline, timeout, budget, got "bored"; leave it out for any reason',
      ],
    ])('%s', (_, assertion, message) => {
      expect(assertion).toThrow(message);
    });
  });
});

describe('assertions', () => {
  test('assertions have the same messages as matchers', async () => {
    const recorder = await record(3, 3);
    assertRetried(recorder);
    assertRetried(recorder, 2);
    assertGivenUp(recorder);
    assertGivenUp(recorder, 'attempts');
    expect(messageOf(() => assertRetried(recorder, 3))).toBe(messageOf(() => expect(recorder).toHaveRetried(3)));
    expect(messageOf(() => assertGivenUp(recorder, 'budget'))).toBe(
      messageOf(() => expect(recorder).toHaveGivenUp('budget')),
    );
  });

  test('a failed assertion is an AssertionError', async () => {
    const recorder = await record(3, 3);
    expect(() => assertRetried(recorder, 0)).toThrow(
      expect.objectContaining({ name: 'AssertionError', code: 'ERR_ASSERTION', actual: 2, expected: 0 }),
    );
  });
});

describe('the message of a failed assertion', () => {
  test('a message lists retries and recoveries', async () => {
    const recovered = await record(2, 3);
    expect(messageOf(() => expect(recovered).toHaveRetried(3))).toBe(
      [
        'Expected 3 retries, got 2 retries.',
        '',
        '  loadUser: retry 1, after HttpError: status 503',
        '  loadUser: retry 2, after HttpError: status 503',
        '  loadUser: recovered after 2 retries',
      ].join('\n'),
    );
    expect(messageOf(() => expect(recovered).toHaveGivenUp())).toMatch(
      /^Expected a call to give up\.\n\n {2}loadUser: retry 1/,
    );
    expect(messageOf(() => expect(recovered).not.toHaveRetried(2))).toMatch(
      /^Expected another number of retries, got 2 retries\.\n/,
    );
  });

  test.each<[reason: string, attempts: number, options: Partial<RetryOptions>, because: string]>([
    ['attempts', 2, {}, 'no more attempts are allowed'],
    [
      'unmatched',
      2,
      {
        on: vi
          .fn(() => true)
          .mockReturnValueOnce(true)
          .mockReturnValue(false),
      },
      '`on` does not match the last error',
    ],
  ])('a message explains the reason %s', async (reason, attempts, options, because) => {
    const recorder = await record(5, attempts, options);
    expect(messageOf(() => expect(recorder).toHaveGivenUp('timeout'))).toContain(
      `  loadUser: gave up after ${recorder.giveUps[0]?.attempt} attempts ('${reason}': ${because}) on HttpError: status 503`,
    );
    expect(messageOf(() => expect(recorder).toHaveGivenUp('timeout'))).toContain(
      "Expected a call to give up for the reason 'timeout'.",
    );
    expect(messageOf(() => expect(recorder).not.toHaveGivenUp())).toContain('Expected no call to give up.');
  });

  test('a message explains the reasons timeout, budget and aborted', async () => {
    using recorder = recordRetries();
    const fail = () => Promise.reject(new HttpError('no'));
    const slow = retry({ on: HttpError, name: 'slow', timeout: { milliseconds: 10 }, waitInitial: 20, waitJitter: 0 });
    await withTesting(false, () => slow.run(fail)).catch(() => {});
    const budget = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    await withTesting(false, () => retry({ on: HttpError, name: 'poor', budget }).run(fail)).catch(() => {});
    const controller = new AbortController();
    const abort = (): true => {
      controller.abort();
      return true;
    };
    await retry({ on: abort, name: 'left', signal: controller.signal })
      .run(fail)
      .catch(() => {});
    const message = messageOf(() => expect(recorder).toHaveRetried());
    expect(message).toContain(
      "slow: gave up after 1 attempt ('timeout': no further attempt fits into its timeout of 10 ms)",
    );
    expect(message).toContain("poor: gave up after 1 attempt ('budget': the retry budget was empty)");
    expect(message).toContain("left: gave up after 1 attempt ('aborted': its signal was aborted)");
  });

  test('a message about one attempt gives advice', async () => {
    const recorder = await record(3, 1);
    expect(messageOf(() => expect(recorder).toHaveRetried(2))).toBe(
      [
        'Expected 2 retries, got 0 retries.',
        '',
        "  loadUser: gave up after 1 attempt ('attempts': no more attempts are allowed) on HttpError: status 503",
        '  Test mode allows one attempt by default: withTesting({ attempts: 3 }, …) allows more.',
      ].join('\n'),
    );
  });

  test('a message without events gives possible causes', async () => {
    using recorder = recordRetries();
    await withoutRetries(() => retry({ on: Error }).run(async () => {}));
    expect(messageOf(() => expect(recorder).toHaveRetried(1))).toBe(
      [
        'Expected 1 retry, got 0 retries.',
        '',
        '  Nothing was recorded: retrying is off, or no call failed with an error that its `on` matches.',
      ].join('\n'),
    );
  });

  test('a long message is shortened', async () => {
    using recorder = recordRetries();
    await withTesting({ attempts: 100 }, () =>
      retry({ on: () => true, name: 'x' }).run(() => Promise.reject({ code: 5 })),
    ).catch(() => {});
    const lines = messageOf(() => expect(recorder).toHaveRetried(1)).split('\n');
    expect(lines.length).toBe(23);
    expect(lines[2]).toBe('  x: retry 1, after an object');
    expect(lines[12]).toBe('  … 80 more …');
    expect(lines[22]).toBe("  x: gave up after 100 attempts ('attempts': no more attempts are allowed) on an object");
  });
});
