import { type RetryOptions, retry, retryBudget } from '@stamina/core';
import { recordRetries, withoutRetries, withTesting } from '@stamina/testing';
import '@stamina/testing/vitest';
import { expect, test, vi } from 'vitest';
import { HttpError, messageOf, record } from '../support/calls.ts';

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
  const slow = retry({ on: HttpError, name: 'slow', timeout: 10, waitInitial: 20, waitJitter: 0 });
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
