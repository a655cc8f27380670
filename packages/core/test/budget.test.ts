import { type RetryBudget, type RetryBudgetOptions, retryBudget } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { anything, lengthsOf } from './support/arbitraries.ts';
import { useVirtualTime } from './support/virtual-time.ts';

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

test('the defaults are 0.2 per call, a reserve of 100 and 1 per second', () => {
  const budget = retryBudget();
  expect(budget.balance).toBe(100);
  expect(drain(budget)).toBe(100);
  expect(budget.balance).toBe(0);
  deposit(budget, 10);
  expect(budget.balance).toBeCloseTo(2, 10);
  pass(1_000);
  expect(budget.balance).toBeCloseTo(3, 10);
});

test('`minPerSecond` alone gives a reserve for one window', () => {
  expect(drain(retryBudget({ ratio: 0, minPerSecond: 2, window: 3_000 }))).toBe(6);
  expect(drain(retryBudget({ ratio: 0, minPerSecond: 0 }))).toBe(0);
  expect(drain(retryBudget({ ratio: 0, minPerSecond: 0, reserve: 5 }))).toBe(5);
});

test('ten deposits of 0.1 allow one retry', () => {
  const budget = retryBudget({ ratio: 0.1, reserve: 0, minPerSecond: 0 });
  expect([budget.balance, budget.withdraw()]).toEqual([0, false]);
  deposit(budget, 9);
  expect(budget.withdraw()).toBe(false);
  deposit(budget, 1);
  expect(budget.withdraw()).toBe(true);
  expect(budget.withdraw()).toBe(false);
  expect(budget.balance).toBeCloseTo(0, 10);
});

test('a refused retry takes nothing', () => {
  const budget = retryBudget({ ratio: 0.5, reserve: 0, minPerSecond: 0 });
  budget.deposit();
  expect(budget.withdraw()).toBe(false);
  expect(budget.balance).toBe(0.5);
});

test('each call adds `ratio`', () => {
  const budget = retryBudget({ ratio: 0.25, reserve: 0, minPerSecond: 0 });
  deposit(budget, 10);
  expect(budget.balance).toBe(2.5);
  expect(drain(budget)).toBe(2);
  const generous = retryBudget({ ratio: 2, reserve: 0, minPerSecond: 0 });
  generous.deposit();
  expect(drain(generous)).toBe(2);
});

test('`minPerSecond` refills the reserve', () => {
  const budget = retryBudget({ ratio: 0, reserve: 6, minPerSecond: 2 });
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
  const budget = retryBudget({ ratio: 1, reserve: 0, minPerSecond: 0, window: 10_000 });
  deposit(budget, 3);
  pass(9_999);
  expect(budget.balance).toBe(3);
  pass(1);
  expect(budget.balance).toBe(0);
});

test('deposits expire in the order of their arrival', () => {
  const budget = retryBudget({ ratio: 1, reserve: 0, minPerSecond: 0, window: 10_000 });
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
  const budget = retryBudget({ ratio: 1, reserve: 0, minPerSecond: 0, window: 10_000 });
  deposit(budget, 3);
  pass(1_000_000);
  expect(budget.balance).toBe(0);
  deposit(budget, 2);
  expect(budget.balance).toBe(2);
});

test('retries use the oldest deposits first', () => {
  const budget = retryBudget({ ratio: 1, reserve: 1, minPerSecond: 0.1, window: 10_000 });
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
  const budget = retryBudget({ ratio: 0.25, reserve: 0.5, minPerSecond: 0.05, window: 10_000 });
  deposit(budget, 1);
  pass(1_000);
  deposit(budget, 1);
  expect(budget.balance).toBe(1);
  expect(budget.withdraw()).toBe(true);
  expect(budget.balance).toBeCloseTo(0, 10);
});

test('reading the balance changes nothing', () => {
  const budget = retryBudget({ ratio: 1, reserve: 0, minPerSecond: 0, window: 10_000 });
  deposit(budget, 1);
  pass(500);
  expect([budget.balance, budget.balance]).toEqual([1, 1]);
  pass(9_500);
  expect(budget.balance).toBe(0);
});

test('the window may be a duration', () => {
  const budget = retryBudget({ ratio: 1, reserve: 2, window: { seconds: 2 } });
  expect(budget.balance).toBe(2);
  deposit(budget, 1);
  pass(2_000);
  expect(budget.balance).toBe(2);
});

test('setting the clock back does not change the balance', () => {
  pass(10_000);
  const budget = retryBudget({ ratio: 1, reserve: 2, window: 2_000 });
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
  expect(other.balance).toBe(100);
});

test('a budget of nothing allows no retry', () => {
  const budget = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
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
      '`ration` is not known in options of retryBudget; did you mean `ratio`? Allowed are ratio, reserve, minPerSecond, window',
    ),
  ],
  [{ ratio: -0.1 }, new RangeError(`\`ratio\` ${SHARE}, got -0.1`)],
  [{ ratio: Infinity }, new RangeError(`\`ratio\` ${SHARE}, got Infinity`)],
  [{ ratio: '10%' }, new TypeError(`\`ratio\` ${SHARE}, got "10%"`)],
  [{ ratio: Number.NaN }, new TypeError(`\`ratio\` ${SHARE}, got NaN`)],
  [{ reserve: -1 }, new RangeError(`\`reserve\` ${SHARE}, got -1`)],
  [{ reserve: Infinity }, new RangeError(`\`reserve\` ${SHARE}, got Infinity`)],
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
  const budget = retryBudget({ ratio: undefined, reserve: undefined, minPerSecond: undefined, window: undefined });
  expect(budget.balance).toBe(100);
  deposit(budget, 10);
  expect(budget.balance).toBeCloseTo(102, 10);
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
  expect(drain(budget)).toBe(100);
  clock.mockReturnValueOnce(odd as number);
  expect(drain(retryBudget({ ratio: 0 }))).toBe(100);
  clock.mockRestore();
});

describe('any budget', () => {
  useVirtualTime();

  interface Shares {
    readonly ratio: number;
    readonly reserve: number;
    readonly minPerSecond: number;
    readonly window: number;
  }

  const shares = fc.record({
    ratio: fc.oneof(fc.constantFrom(0, 0.1, 1), fc.double({ min: 0, max: 3, noNaN: true })),
    reserve: fc.oneof(fc.constantFrom(0, 10), fc.double({ min: 0, max: 2_400, noNaN: true })),
    minPerSecond: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 20, noNaN: true })),
    window: fc.oneof(fc.constant(10_000), fc.integer({ min: 1, max: 120_000 })),
  });

  /** Lets time pass, in ms, or makes a call that fails this many times and needs a retry after each failure. */
  type Step = { readonly passes: number } | { readonly failures: number };

  const schedule = fc.array(
    fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({ passes: fc.oneof(fc.nat(200), fc.nat(20_000), fc.nat(200_000)) }),
      fc.record({ failures: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40)) }),
    ),
    { maxLength: 120, size: 'max' },
  );

  /** Makes one call that fails `failures` times. Returns the number of retries that the budget allowed. */
  function call(budget: RetryBudget, failures: number): number {
    let calls = 0;
    try {
      retrySync({ on: Error, budget, attempts: Infinity, waitMax: 0 }).run(() => {
        if (++calls <= failures) throw new Error('again');
      });
    } catch {
      // The budget was empty.
    }
    return calls - 1;
  }

  const LOST = 1e-6;

  /** A simple model of a budget. It keeps every deposit until it expires, which takes unlimited memory. */
  class Ledger {
    readonly #shares: Shares;
    readonly #expiresAfter: number;
    #deposits: { readonly at: number; left: number }[] = [];
    #reserve: number;
    #at = performance.now();

    constructor(given: Shares, expiresAfter: number) {
      this.#shares = given;
      this.#expiresAfter = expiresAfter;
      this.#reserve = given.reserve;
    }

    get balance(): number {
      const now = performance.now();
      this.#reserve = Math.min(
        this.#shares.reserve,
        this.#reserve + ((now - this.#at) * this.#shares.minPerSecond) / 1_000,
      );
      this.#at = now;
      this.#deposits = this.#deposits.filter(({ at }) => now - at < this.#expiresAfter);
      return this.#deposits.reduce((sum, { left }) => sum + left, this.#reserve);
    }

    deposit(): void {
      this.#deposits.push({ at: performance.now(), left: this.#shares.ratio });
    }

    /** Uses the deposits that expire first. */
    withdraw(): void {
      let due = 1;
      for (const deposit of this.#deposits) {
        const spent = Math.min(due, deposit.left);
        deposit.left -= spent;
        due -= spent;
      }
      this.#reserve = Math.max(0, this.#reserve - due);
    }
  }

  describe('a retry budget', () => {
    test('starts with its reserve', () => {
      fc.assert(
        fc.property(shares, (given) => {
          expect(retryBudget(given).balance).toBeCloseTo(given.reserve, 6);
          expect(call(retryBudget({ ...given, ratio: 0 }), 3_000)).toBe(Math.floor(given.reserve + LOST));
        }),
      );
      expect(retryBudget().balance).toBe(100);
    });

    test('never allows more than deposits and reserve', () => {
      fc.assert(
        fc.property(shares, schedule, (given, steps) => {
          const budget = retryBudget(given);
          const calls: { at: number; retries: number }[] = [];
          for (const step of steps) {
            if ('passes' in step) vi.advanceTimersByTime(step.passes);
            else calls.push({ at: performance.now(), retries: call(budget, step.failures) });
          }
          const { ratio, reserve, minPerSecond, window } = given;
          for (const [first, { at: from }] of calls.entries()) {
            let retries = 0;
            for (const { at: to, retries: more } of calls.slice(first)) {
              retries += more;
              const deposits = calls.filter(({ at }) => at > from - window && at <= to).length;
              const most = ratio * deposits + reserve + (minPerSecond * (to - from)) / 1_000;
              if (retries > most + 1e-3) expect({ from, to, retries }).toBe(`at most ${most}`);
            }
          }
        }),
      );
    });

    test('keeps deposits for 90 to 100 % of the window', () => {
      fc.assert(
        fc.property(shares, schedule, (given, steps) => {
          const budget = retryBudget(given);
          const most = new Ledger(given, given.window + LOST);
          const least = new Ledger(given, given.window * 0.9 - LOST);
          const compare = (): number => {
            const { balance } = budget;
            expect(balance).toBeGreaterThanOrEqual(least.balance - LOST);
            expect(balance).toBeLessThanOrEqual(most.balance + LOST);
            return balance;
          };
          for (const step of steps) {
            if ('passes' in step) vi.advanceTimersByTime(step.passes);
            else {
              const balance = compare() + given.ratio;
              const retries = call(budget, step.failures);
              expect(retries).toBeGreaterThanOrEqual(Math.min(step.failures, Math.floor(balance - 2 * LOST)));
              expect(retries).toBeLessThanOrEqual(Math.min(step.failures, Math.floor(balance + 2 * LOST)));
              for (const ledger of [most, least]) {
                ledger.deposit();
                for (let retry = 0; retry < retries; retry++) ledger.withdraw();
              }
            }
            compare();
          }
        }),
      );
    });

    test('stays between 0 and the deposits of one window', () => {
      fc.assert(
        fc.property(shares, schedule, (given, steps) => {
          const budget = retryBudget(given);
          const deposits: number[] = [];
          for (const step of steps) {
            if ('passes' in step) vi.advanceTimersByTime(step.passes);
            else {
              deposits.push(performance.now());
              call(budget, step.failures);
            }
            const recent = deposits.filter((at) => at > performance.now() - given.window - LOST).length;
            expect(budget.balance).toBeGreaterThanOrEqual(0);
            expect(budget.balance).toBeLessThanOrEqual(given.reserve + given.ratio * recent + LOST);
          }
        }),
      );
    });

    test('refills its reserve after any calls', () => {
      fc.assert(
        fc.property(shares, schedule, fc.nat(200_000), (given, steps, passes) => {
          const budget = retryBudget(given);
          for (const step of steps) {
            if ('passes' in step) vi.advanceTimersByTime(step.passes);
            else call(budget, step.failures);
          }
          vi.advanceTimersByTime(passes);
          expect(budget.balance).toBeGreaterThanOrEqual(
            Math.min(given.reserve, (given.minPerSecond * passes) / 1_000) - LOST,
          );
        }),
      );
    });

    test('forgets deposits after the window', () => {
      fc.assert(
        fc.property(shares, fc.integer({ min: 1, max: 300 }), (given, calls) => {
          const budget = retryBudget({ ...given, reserve: 0 });
          for (let count = 0; count < calls; count++) call(budget, 0);
          expect(budget.balance).toBeCloseTo(given.ratio * calls, 6);
          vi.advanceTimersByTime(given.window);
          expect(budget.balance).toBe(0);
        }),
      );
    });

    test('survives a clock that is set back', () => {
      fc.assert(
        fc.property(shares, schedule, (given, steps) => {
          const budget = retryBudget(given);
          for (const step of steps) {
            if ('passes' in step) vi.advanceTimersByTime(step.passes);
            else call(budget, step.failures);
          }
          vi.useRealTimers();
          vi.useFakeTimers({ now: 0 });
          const { balance } = budget;
          expect(balance).toBeGreaterThanOrEqual(0);
          expect(call(budget, 3)).toBeLessThanOrEqual(balance + given.ratio + LOST);
          vi.advanceTimersByTime(given.window);
          const refilled = Math.min(given.reserve, (given.minPerSecond * given.window) / 1_000);
          expect(budget.balance).toBeGreaterThanOrEqual(refilled - LOST);
          expect(budget.balance).toBeLessThanOrEqual(given.reserve + LOST);
        }),
      );
    });

    test('accepts every way to write the window', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 1_000_000 }).chain((ms) => fc.tuple(fc.constant(ms), lengthsOf(ms))),
          ([ms, window]) => {
            const budget = retryBudget({ ratio: 1, reserve: 0, window });
            budget.deposit();
            vi.advanceTimersByTime(Math.floor(ms * 0.89));
            expect(budget.balance).toBe(1);
            vi.advanceTimersByTime(ms);
            expect(budget.balance).toBe(0);
          },
        ),
      );
    });

    test('names the option that it refuses', () => {
      fc.assert(
        fc.property(fc.constantFrom('ratio', 'reserve', 'minPerSecond', 'window'), anything, (option, value) => {
          let budget: RetryBudget;
          try {
            budget = retryBudget({ [option]: value });
          } catch (error) {
            expect([TypeError, RangeError]).toContain((error as Error).constructor);
            expect((error as Error).message).toContain(option);
            return;
          }
          expect(budget.balance).toBeGreaterThanOrEqual(0);
        }),
      );
      for (const [option, value] of Object.entries({ ratio: -1, reserve: -1, minPerSecond: Infinity, window: 0 })) {
        expect(() => retryBudget({ [option]: value })).toThrow(RangeError);
      }
    });
  });
});
