import { type RetryBudget, type RetryBudgetOptions, retryBudget } from '@stamina/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number): void => void vi.advanceTimersByTime(ms);

function deposit(budget: RetryBudget, times: number): void {
  for (let count = 0; count < times; count++) budget.deposit();
}

/** Withdraws until nothing is left. Returns the number of retries. */
function drain(budget: RetryBudget): number {
  let count = 0;
  while (count < 1_000 && budget.withdraw()) count++;
  return count;
}

test('the defaults are 0.1 per call and 1 per second', () => {
  const budget = retryBudget();
  expect(budget.balance).toBe(10);
  expect(drain(budget)).toBe(10);
  expect(budget.balance).toBe(0);
  deposit(budget, 20);
  expect(budget.balance).toBeCloseTo(2, 10);
  pass(1_000);
  expect(budget.balance).toBeCloseTo(3, 10);
});

test('ten deposits of 0.1 allow one retry', () => {
  const budget = retryBudget({ minPerSecond: 0 });
  expect([budget.balance, budget.withdraw()]).toEqual([0, false]);
  deposit(budget, 9);
  expect(budget.withdraw()).toBe(false);
  deposit(budget, 1);
  expect(budget.withdraw()).toBe(true);
  expect(budget.withdraw()).toBe(false);
  expect(budget.balance).toBeCloseTo(0, 10);
});

test('a refused retry takes nothing', () => {
  const budget = retryBudget({ ratio: 0.5, minPerSecond: 0 });
  budget.deposit();
  expect(budget.withdraw()).toBe(false);
  expect(budget.balance).toBe(0.5);
});

test('each call adds `ratio`', () => {
  const budget = retryBudget({ ratio: 0.25, minPerSecond: 0 });
  deposit(budget, 10);
  expect(budget.balance).toBe(2.5);
  expect(drain(budget)).toBe(2);
  const generous = retryBudget({ ratio: 2, minPerSecond: 0 });
  generous.deposit();
  expect(drain(generous)).toBe(2);
});

test('the reserve is `minPerSecond` times `window`', () => {
  const budget = retryBudget({ ratio: 0, minPerSecond: 2, window: 3_000 });
  expect(budget.balance).toBe(6);
  pass(60_000);
  expect(budget.balance).toBe(6);
  expect(drain(budget)).toBe(6);
  pass(250);
  expect(budget.balance).toBe(0.5);
  expect(budget.withdraw()).toBe(false);
  pass(250);
  expect(drain(budget)).toBe(1);
  pass(2_999);
  expect(budget.balance).toBeCloseTo(5.998, 10);
  pass(1);
  expect(budget.balance).toBeCloseTo(6, 10);
  pass(1_000);
  expect(budget.balance).toBe(6);
});

test('deposits expire at the end of the window', () => {
  const budget = retryBudget({ ratio: 1, minPerSecond: 0, window: 10_000 });
  deposit(budget, 3);
  pass(9_999);
  expect(budget.balance).toBe(3);
  pass(1);
  expect(budget.balance).toBe(0);
});

test('deposits expire in the order of their arrival', () => {
  const budget = retryBudget({ ratio: 1, minPerSecond: 0, window: 10_000 });
  for (let second = 0; second < 10; second++) {
    deposit(budget, 1);
    pass(1_000);
  }
  // The first deposit expired after its ten seconds.
  const balances = [budget.balance];
  for (let second = 0; second < 10; second++) {
    pass(1_000);
    balances.push(budget.balance);
  }
  expect(balances).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
});

test('all deposits expire in a long silence', () => {
  const budget = retryBudget({ ratio: 1, minPerSecond: 0, window: 10_000 });
  deposit(budget, 3);
  pass(1_000_000);
  expect(budget.balance).toBe(0);
  deposit(budget, 2);
  expect(budget.balance).toBe(2);
});

test('retries use the oldest deposits first', () => {
  const budget = retryBudget({ ratio: 1, minPerSecond: 0.1, window: 10_000 });
  deposit(budget, 1);
  pass(5_000);
  deposit(budget, 1);
  expect(budget.balance).toBe(3);
  expect(budget.withdraw()).toBe(true);
  pass(5_000);
  // The older deposit would have expired by now. The retry took that one, so the balance stays.
  expect(budget.balance).toBe(2);
  expect(budget.withdraw()).toBe(true);
  pass(5_000);
  expect(budget.balance).toBe(1);
  expect(budget.withdraw()).toBe(true);
  expect(budget.balance).toBe(0);
});

test('a retry may be paid in parts', () => {
  const budget = retryBudget({ ratio: 0.25, minPerSecond: 0.05, window: 10_000 });
  deposit(budget, 1);
  pass(1_000);
  deposit(budget, 1);
  expect(budget.balance).toBe(1);
  expect(budget.withdraw()).toBe(true);
  expect(budget.balance).toBeCloseTo(0, 10);
});

test('reading the balance changes nothing', () => {
  const budget = retryBudget({ ratio: 1, minPerSecond: 0, window: 10_000 });
  deposit(budget, 1);
  pass(500);
  expect([budget.balance, budget.balance]).toEqual([1, 1]);
  pass(9_500);
  expect(budget.balance).toBe(0);
});

test('the window may be a duration', () => {
  const budget = retryBudget({ ratio: 1, minPerSecond: 1, window: { seconds: 2 } });
  expect(budget.balance).toBe(2);
  deposit(budget, 1);
  pass(2_000);
  expect(budget.balance).toBe(2);
});

test('setting the clock back does not change the balance', () => {
  pass(10_000);
  const budget = retryBudget({ ratio: 1, minPerSecond: 1, window: 2_000 });
  expect(drain(budget)).toBe(2);
  deposit(budget, 1);
  vi.useRealTimers();
  vi.useFakeTimers();
  expect(budget.balance).toBe(1);
  pass(1_000);
  expect(budget.balance).toBe(2);
  pass(1_000);
  expect(budget.balance).toBe(2);
});

test('budgets are independent', () => {
  const [one, other] = [retryBudget(), retryBudget()];
  drain(one);
  expect(other.balance).toBe(10);
});

test('a budget of nothing allows no retry', () => {
  const budget = retryBudget({ ratio: 0, minPerSecond: 0 });
  deposit(budget, 100);
  pass(100_000);
  expect([budget.balance, budget.withdraw()]).toEqual([0, false]);
});

const SHARE = 'must be a finite number of at least 0';
const DURATION = 'must be milliseconds or a duration such as { seconds: 30 }, finite and greater than 0';

test.each<[unknown, Error]>([
  [null, new TypeError('`options of retryBudget` must be an object, got null; write retryBudget({ ratio: 0.1 })')],
  [0.1, new TypeError('`options of retryBudget` must be an object, got 0.1; write retryBudget({ ratio: 0.1 })')],
  [
    { ration: 1 },
    new TypeError(
      '`ration` is not known in options of retryBudget; did you mean `ratio`? Allowed are ratio, minPerSecond, window',
    ),
  ],
  [{ ratio: -0.1 }, new RangeError(`\`ratio\` ${SHARE}, got -0.1`)],
  [{ ratio: Infinity }, new RangeError(`\`ratio\` ${SHARE}, got Infinity`)],
  [{ ratio: '10%' }, new TypeError(`\`ratio\` ${SHARE}, got "10%"`)],
  [{ ratio: Number.NaN }, new TypeError(`\`ratio\` ${SHARE}, got NaN`)],
  [{ minPerSecond: -1 }, new RangeError(`\`minPerSecond\` ${SHARE}, got -1`)],
  [{ minPerSecond: Infinity }, new RangeError(`\`minPerSecond\` ${SHARE}, got Infinity`)],
  [{ minPerSecond: null }, new TypeError(`\`minPerSecond\` ${SHARE}, got null`)],
  [{ window: 0 }, new RangeError(`\`window\` ${DURATION}, got 0`)],
  [{ window: { seconds: 0 } }, new RangeError(`\`window\` ${DURATION}, got an object`)],
  [{ window: -1 }, new RangeError(`\`window\` ${DURATION}, got -1`)],
  [{ window: Infinity }, new RangeError(`\`window\` ${DURATION}, got Infinity`)],
  [{ window: null }, new TypeError(`\`window\` ${DURATION}, got null`)],
  [{ window: Number.NaN }, new TypeError(`\`window\` ${DURATION}, got NaN`)],
])('retryBudget(%o) is refused', (options, error) => {
  expect(() => retryBudget(options as RetryBudgetOptions)).toThrow(error);
});

test('`undefined` means the default', () => {
  const budget = retryBudget({ ratio: undefined, minPerSecond: undefined, window: undefined });
  expect(budget.balance).toBe(10);
  deposit(budget, 10);
  expect(budget.balance).toBeCloseTo(11, 10);
});

test('a budget shows its balance and methods only', () => {
  expect(Object.keys(retryBudget())).toEqual(['balance', 'deposit', 'withdraw']);
});

test.each(['attempts', 'timeout', 'on'])('`%s` belongs to the policy', (option) => {
  expect(() => retryBudget({ [option]: 1 })).toThrow(
    new TypeError(`\`${option}\` belongs to the policy: write retry({ ${option} })`),
  );
});

test.each([Number.NaN, undefined])('a clock that once returns %s opens no budget', (odd) => {
  const clock = vi.spyOn(performance, 'now');
  const budget = retryBudget({ ratio: 0 });
  clock.mockReturnValueOnce(odd as number);
  budget.deposit();
  expect(drain(budget)).toBe(10);
  clock.mockReturnValueOnce(odd as number);
  expect(drain(retryBudget({ ratio: 0 }))).toBe(10);
  clock.mockRestore();
});
