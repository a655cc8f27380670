import { type RetryOptions, retry, retryBudget } from '@stamina/core';
import {
  assertGivenUp,
  assertRetried,
  flaky,
  type RetryRecorder,
  recordRetries,
  withoutRetries,
  withTesting,
} from '@stamina/testing';
import '@stamina/testing/vitest';
import { describe, expect, test, vi } from 'vitest';

class HttpError extends Error {}

/** Calls a function that fails so often, and records it. */
async function recording(failures: number, attempts: number, more: Partial<RetryOptions> = {}): Promise<RetryRecorder> {
  const recorder = recordRetries();
  const load = flaky(async function loadUser() {}, { failures, error: () => new HttpError('status 503\nand more') });
  const call = retry({ on: HttpError, ...more })(load);
  await withTesting({ attempts }, () => call()).catch(() => {});
  return recorder;
}

/** The message of a matcher that fails. */
function complaint(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the matcher was satisfied');
}

test('retries are counted, or there are some, or none', async () => {
  const some = await recording(2, 3);
  expect(some).toHaveRetried();
  expect(some).toHaveRetried(2);
  expect(some).not.toHaveRetried(0);
  const none = await recording(0, 3);
  expect(none).not.toHaveRetried();
  expect(none).toHaveRetried(0);
});

test('a call gave up, for a reason, or did not', async () => {
  const gaveUp = await recording(3, 3);
  expect(gaveUp).toHaveGivenUp();
  expect(gaveUp).toHaveGivenUp('attempts');
  expect(gaveUp).not.toHaveGivenUp('budget');
  expect(await recording(2, 3)).not.toHaveGivenUp();
});

test('a message tells what was retried, how often, and how it ended', async () => {
  const recovered = await recording(2, 3);
  expect(complaint(() => expect(recovered).toHaveRetried(3))).toBe(
    [
      'Expected 3 retries, got 2 retries.',
      '',
      '  loadUser: retry 1, after HttpError: status 503',
      '  loadUser: retry 2, after HttpError: status 503',
      '  loadUser: recovered after 2 retries',
    ].join('\n'),
  );
  expect(complaint(() => expect(recovered).toHaveGivenUp())).toMatch(
    /^Expected a call to give up\.\n\n {2}loadUser: retry 1/,
  );
  expect(complaint(() => expect(recovered).not.toHaveRetried(2))).toMatch(
    /^Expected another number of retries, got 2 retries\.\n/,
  );
});

test.each<[reason: string, attempts: number, options: Partial<RetryOptions>, because: string]>([
  ['attempts', 2, {}, 'no more are allowed'],
  ['budget', 2, { budget: retryBudget({ ratio: 0, minPerSecond: 0 }) }, 'the retry budget was empty'],
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
])('a message tells that a call gave up by its %s', async (reason, attempts, options, because) => {
  const recorder = await recording(5, attempts, options);
  expect(complaint(() => expect(recorder).toHaveGivenUp('timeout'))).toContain(
    `  loadUser: gave up after ${recorder.giveUps[0]?.retryNum} attempt${reason === 'budget' ? '' : 's'} ('${reason}': ${because}) on HttpError: status 503`,
  );
  expect(complaint(() => expect(recorder).toHaveGivenUp('timeout'))).toContain(
    "Expected a call to give up for the reason 'timeout'.",
  );
  expect(complaint(() => expect(recorder).not.toHaveGivenUp())).toContain('Expected no call to give up.');
});

test('a message tells that a call gave up by its timeout, or since it was aborted', async () => {
  using recorder = recordRetries();
  const fail = () => Promise.reject(new HttpError('no'));
  const slow = retry({ on: HttpError, name: 'slow', timeout: 10, waitInitial: 20, waitJitter: 0 });
  await withTesting(false, () => slow.run(fail)).catch(() => {});
  const controller = new AbortController();
  const abort = (): true => {
    controller.abort();
    return true;
  };
  await retry({ on: abort, name: 'left', signal: controller.signal })
    .run(fail)
    .catch(() => {});
  const message = complaint(() => expect(recorder).toHaveRetried());
  expect(message).toContain(
    "slow: gave up after 1 attempt ('timeout': no further attempt fits into its timeout of 10 ms)",
  );
  expect(message).toContain("left: gave up after 1 attempt ('aborted': its signal was aborted)");
});

test('a message about one attempt tells what allows more', async () => {
  const recorder = await recording(3, 1);
  expect(complaint(() => expect(recorder).toHaveRetried(2))).toBe(
    [
      'Expected 2 retries, got 0 retries.',
      '',
      "  loadUser: gave up after 1 attempt ('attempts': no more are allowed) on HttpError: status 503",
      '  One attempt is the default of test mode: withTesting({ attempts: 3 }, …) allows more.',
    ].join('\n'),
  );
});

test('a message about nothing tells why that may be', async () => {
  using recorder = recordRetries();
  await withoutRetries(() => retry({ on: Error }).run(async () => {}));
  expect(complaint(() => expect(recorder).toHaveRetried(1))).toBe(
    [
      'Expected 1 retry, got 0 retries.',
      '',
      '  Nothing was recorded: no call failed with an error that its `on` matches, or retrying is off.',
    ].join('\n'),
  );
});

test('a message about much is not long, and shows what is no error', async () => {
  using recorder = recordRetries();
  await withTesting({ attempts: 100 }, () =>
    retry({ on: () => true, name: 'x' }).run(() => Promise.reject({ code: 5 })),
  ).catch(() => {});
  const lines = complaint(() => expect(recorder).toHaveRetried(1)).split('\n');
  expect(lines.length).toBe(23);
  expect(lines[2]).toBe('  x: retry 1, after { code: 5 }');
  expect(lines[12]).toBe('  … 80 more …');
  expect(lines[22]).toBe("  x: gave up after 100 attempts ('attempts': no more are allowed) on { code: 5 }");
});

describe('assertions for runners without matchers', () => {
  test('say the same', async () => {
    const recorder = await recording(3, 3);
    assertRetried(recorder);
    assertRetried(recorder, 2);
    assertGivenUp(recorder);
    assertGivenUp(recorder, 'attempts');
    expect(complaint(() => assertRetried(recorder, 3))).toBe(complaint(() => expect(recorder).toHaveRetried(3)));
    expect(complaint(() => assertGivenUp(recorder, 'budget'))).toBe(
      complaint(() => expect(recorder).toHaveGivenUp('budget')),
    );
  });

  test('fail with what runners know as a failed assertion', async () => {
    const recorder = await recording(3, 3);
    expect(() => assertRetried(recorder, 0)).toThrow(
      expect.objectContaining({ name: 'AssertionError', code: 'ERR_ASSERTION', actual: 2, expected: 0 }),
    );
  });
});

describe('what is refused', () => {
  const recorder = recordRetries();
  recorder.dispose();
  test.each<[string, () => void, string]>([
    [
      'what is no recorder',
      () => expect([]).toHaveRetried(1),
      '`recorder` must be what recordRetries() returned, got []; write expect(recorder).toHaveRetried(2)',
    ],
    [
      'what is no recorder of give-ups',
      () => expect(undefined).not.toHaveGivenUp(),
      "`recorder` must be what recordRetries() returned, got undefined; write expect(recorder).toHaveGivenUp('attempts')",
    ],
    ['half a retry', () => expect(recorder).toHaveRetried(0.5), '`times` must be a whole number from 0'],
    [
      'a number that is none',
      () => expect(recorder).not.toHaveRetried('2' as unknown as number),
      '`times` must be a whole number',
    ],
    [
      'an unknown reason',
      () => expect(recorder).not.toHaveGivenUp('bored' as 'budget'),
      "`reason` must be one of aborted, unmatched, attempts, timeout, budget, got 'bored'; leave it out for any",
    ],
  ])('%s', (_, assertion, message) => {
    expect(assertion).toThrow(message);
  });
});
