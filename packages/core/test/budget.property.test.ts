import { type RetryBudget, retryBudget } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { anything, lengthsOf } from './support/arbitraries.ts';
import { useVirtualTime } from './support/virtual-time.ts';

useVirtualTime();

interface Shares {
  readonly ratio: number;
  readonly minPerSecond: number;
  readonly window: number;
}

const shares = fc.record({
  ratio: fc.oneof(fc.constantFrom(0, 0.1, 1), fc.double({ min: 0, max: 3, noNaN: true })),
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
    this.#reserve = this.#capacity;
  }

  get #capacity(): number {
    return (this.#shares.minPerSecond * this.#shares.window) / 1_000;
  }

  get balance(): number {
    const now = performance.now();
    this.#reserve = Math.min(this.#capacity, this.#reserve + ((now - this.#at) * this.#shares.minPerSecond) / 1_000);
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
        const reserve = (given.minPerSecond * given.window) / 1_000;
        expect(retryBudget(given).balance).toBeCloseTo(reserve, 6);
        expect(call(retryBudget({ ...given, ratio: 0 }), 3_000)).toBe(Math.floor(reserve + LOST));
      }),
    );
    expect(retryBudget().balance).toBe(10);
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
        const { ratio, minPerSecond, window } = given;
        for (const [first, { at: from }] of calls.entries()) {
          let retries = 0;
          for (const { at: to, retries: more } of calls.slice(first)) {
            retries += more;
            const deposits = calls.filter(({ at }) => at > from - window && at <= to).length;
            const most = ratio * deposits + (minPerSecond * (window + to - from)) / 1_000;
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
          expect(budget.balance).toBeLessThanOrEqual(
            (given.minPerSecond * given.window) / 1_000 + given.ratio * recent + LOST,
          );
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
          (given.minPerSecond * Math.min(passes, given.window)) / 1_000 - LOST,
        );
      }),
    );
  });

  test('forgets deposits after the window', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 300 }), (given, calls) => {
        const budget = retryBudget({ ...given, minPerSecond: 0 });
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
        vi.advanceTimersByTime(2 * given.window);
        expect(budget.balance).toBeCloseTo((given.minPerSecond * given.window) / 1_000, 6);
      }),
    );
  });

  test('accepts every way to write the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }).chain((ms) => fc.tuple(fc.constant(ms), lengthsOf(ms))),
        ([ms, window]) => {
          expect(retryBudget({ window }).balance).toBeCloseTo(ms / 1_000, 6);
        },
      ),
    );
  });

  test('names the option that it refuses', () => {
    fc.assert(
      fc.property(fc.constantFrom('ratio', 'minPerSecond', 'window'), anything, (option, value) => {
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
    for (const [option, value] of Object.entries({ ratio: -1, minPerSecond: Infinity, window: 0 })) {
      expect(() => retryBudget({ [option]: value })).toThrow(RangeError);
    }
  });
});
