import type { RetryOptions } from '@stamina/core';
import { type SimulateOptions, simulate } from '@stamina/testing';
import { describe, expect, test } from 'vitest';

class HttpError extends Error {}

type Case = [title: string, policy: Partial<RetryOptions>, given: SimulateOptions, ms: number];

const worstCases: Case[] = [
  ['the default policy', {}, {}, 27_300],
  ['few attempts', { attempts: 3 }, {}, 2_300],
  ['one attempt', { attempts: 1 }, {}, 0],
  ['few failures', {}, { failures: 2 }, 2_300],
  ['no limit but the timeout', { attempts: Infinity }, {}, 45_000],
  ['a timeout within a wait', { timeout: 250 }, {}, 250],
  ['a timeout before any wait', { timeout: 99 }, {}, 0],
  ['a timeout that the shortest waits just reach', { timeout: 300, attempts: 3 }, {}, 300],
  ['a timeout that ends before a long wait', { timeout: 1_000, on: () => 600 }, { error: 1 }, 600],
  ['a wait as long as the timeout', { timeout: 1_000, on: () => 1_000 }, { error: 1 }, 1_000],
  ['exact waits', { attempts: 3, on: () => 2_000 }, { error: 1 }, 4_000],
  [
    'waits that depend on the error',
    { attempts: 4, on: (error) => error as number },
    { error: (num: number) => num * 1_000 },
    6_000,
  ],
  ['least waits', { on: () => ({ atLeast: { seconds: 20 } }) }, { error: 1 }, 42_000],
  ['no waits', { attempts: Infinity, waitMax: 0 }, { failures: 20 }, 0],
  ['an unmatched error without a timeout', { timeout: Infinity }, { error: 1 }, 0],
  ['an explicit total outage', {}, { failures: Infinity }, 27_300],
  ['slow attempts', { attempts: 3 }, { attemptTime: 1_000 }, 5_300],
  ['slow attempts that then succeed', {}, { failures: 1, attemptTime: 1_000 }, 3_100],
  ['slow attempts with a timeout', { timeout: 2_500 }, { attemptTime: 1_000 }, 3_500],
  ['an attempt timeout', { attempts: 3, attemptTimeout: 5_000 }, {}, 17_300],
  ['an attempt timeout with few failures', { attemptTimeout: 5_000 }, { failures: 1 }, 11_100],
  ['an attempt timeout that none reaches', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: 1_000 }, 5_300],
  ['an attempt timeout that all reach', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: 9_000 }, 17_300],
  ['attempts that hang', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: Infinity, failures: 0 }, 17_300],
  ['attempts that hang, with a timeout', { attemptTimeout: 5_000, timeout: 5_099 }, { attemptTime: Infinity }, 5_000],
  ['attempts that may hang, with a timeout', { attemptTimeout: 5_000, timeout: 99 }, {}, 5_000],
  ['attempts that may hang or fail for good', { attempts: 3, attemptTimeout: 5_000 }, { error: 1 }, 17_300],
  [
    'attempts that may hang or wait long',
    { attempts: 3, attemptTimeout: 1_000, on: () => 8_000 },
    { error: 1 },
    19_000,
  ],
  ['attempts that may hang or wait briefly', { attempts: 3, attemptTimeout: 1_000, on: () => 5 }, { error: 1 }, 5_300],
  [
    'attempts that may hang, with a short timeout',
    { attemptTimeout: 1_000, timeout: 10, on: () => 5 },
    { error: 1 },
    1_010,
  ],
];

describe('the worst case', () => {
  test.each(worstCases)('of %s', (_, policy, given, ms) => {
    const { worstCase, totalTime } = simulate({ on: HttpError, ...policy }, { calls: 20, ...given });
    expect(worstCase).toBe(ms);
    expect(totalTime.max).toBeLessThanOrEqual(ms);
  });

  test('is the total time without random waits', () => {
    const { worstCase, totalTime } = simulate({ on: () => 1_500, attempts: 4 }, { error: 1, attemptTime: 70 });
    expect(worstCase).toBe(4 * 70 + 3 * 1_500);
    expect(totalTime).toMatchObject({ min: worstCase, max: worstCase });
  });

  test('of many attempts without waits is limited by the timeout', () => {
    const { worstCase, attempts, ends } = simulate(
      { on: HttpError, attempts: Infinity, waitMax: 0 },
      { attemptTime: 100, calls: 10 },
    );
    expect(worstCase).toBe(45_100);
    expect(attempts).toMatchObject({ min: 451, max: 451 });
    expect(ends.timeout).toBe(10);
  });
});

test('very many attempts are assumed to last until the timeout', () => {
  const options = { on: HttpError, attempts: Infinity, waitMax: 0 };
  const { worstCase, attempts } = simulate(options, { attemptTime: 0.3, calls: 1 });
  expect(worstCase).toBe(45_000.3);
  expect(attempts.max).toBeGreaterThan(100_000);
});
