import { checkNumber, isAtLeast, type OptionTable } from '@stamina/validation';
import { checkDuration, type Duration } from '../time/duration.ts';

/**
 * Limits the retries of many calls together. Make one with `retryBudget`, and share it among the policies that call the
 * same service. Policies call `deposit` and `withdraw` themselves.
 */
export interface RetryBudget {
  /** The number of retries that the budget would allow now. It may be a fraction. */
  readonly balance: number;
  /** Adds to the balance. Called once for each call, before its first attempt. */
  deposit(): void;
  /** Takes one retry from the balance, or returns `false` if there is none left. */
  withdraw(): boolean;
}

/** Options of `retryBudget`. `undefined` means the default. */
export interface RetryBudgetOptions {
  /** The number of retries that each call adds, ≥ 0. Default 0.2, which is one retry for five calls. */
  ratio?: number | undefined;
  /**
   * The number of retries that the budget allows even if no call has added to it, ≥ 0. A script that has just started
   * needs them, for example. Default 100. If `minPerSecond` is given, the default is what it refills within `window`.
   */
  reserve?: number | undefined;
  /** The number of retries by which a used reserve refills each second, ≥ 0. Default 1. */
  minPerSecond?: number | undefined;
  /** The time until an unused deposit expires, > 0: milliseconds or a `Duration`. Default 10 000. */
  window?: number | Duration | undefined;
}

/** Checked options. Times are in ms. */
export type BudgetLimits = Readonly<Record<keyof RetryBudgetOptions, number>>;

/** The names of the options, for messages about options that were given to the wrong function. */
export const BUDGET_NAMES: readonly (keyof RetryBudgetOptions)[] = ['ratio', 'reserve', 'minPerSecond', 'window'];

/** Returns the table of the options. This is a function, because making the checks would slow each import of core. */
export function budgetOptions(): OptionTable<BudgetLimits> {
  const checkShare = checkNumber(isAtLeast(0), 'a finite number of at least 0');
  return {
    ratio: { default: 0.2, check: checkShare },
    reserve: { default: 100, check: checkShare },
    minPerSecond: { default: 1, check: checkShare },
    window: { default: 10_000, check: checkDuration((ms) => ms > 0 && ms < Infinity, 'finite and greater than 0') },
  };
}

/** The number of slots for deposits. Deposits expire one slot at a time, so memory use does not grow with the load. */
const SLOTS = 10;
/** Allows for rounding errors. Ten deposits of 0.1, for example, add up to slightly less than 1. */
const ROUNDING = 1e-6;

/**
 * The key of the method that makes an unused copy of a budget. The symbol is registered, so that each copy of this
 * package also finds the method of budgets that another copy made.
 */
const UNUSED: symbol = Symbol.for('@stamina/core/unused-budget');

type Copyable = RetryBudget & { [UNUSED]?(clock: () => number): RetryBudget };

/**
 * Returns an unused budget with the same limits and another clock, or `undefined` if `retryBudget` did not make the
 * given one.
 */
export function unusedBudget(budget: RetryBudget, clock: () => number): RetryBudget | undefined {
  return (budget as Copyable)[UNUSED]?.(clock);
}

/** Makes a budget whose time, in ms, comes from `clock`. */
export function makeBudget(limits: BudgetLimits, clock: () => number): RetryBudget {
  const { ratio, minPerSecond, window } = limits;
  const slotMs = window / SLOTS;
  /** The oldest slot comes first. */
  const slots: number[] = Array(SLOTS).fill(0);
  let slotStart = clock() || 0;
  let { reserve } = limits;
  let refilledAt = slotStart;

  function advance(time = clock()): void {
    // A mocked clock may return anything. Nothing changes until it returns a time.
    if (!Number.isFinite(time)) return;
    // A clock goes back only if fake timers replaced it. Continue from the new time.
    if (time < refilledAt) slotStart = refilledAt = time;
    reserve = Math.min(limits.reserve, reserve + ((time - refilledAt) * minPerSecond) / 1_000);
    refilledAt = time;
    const passed = Math.floor((time - slotStart) / slotMs);
    slotStart += passed * slotMs;
    for (let step = Math.min(passed, SLOTS); step > 0; step--) {
      slots.shift();
      slots.push(0);
    }
  }

  function total(): number {
    return slots.reduce((sum, slot) => sum + slot, reserve);
  }

  const budget: RetryBudget = {
    get balance() {
      advance();
      return total();
    },
    deposit(time = clock()) {
      // Until the slot is over, a deposit is a single addition. The reserve is refilled later, when it is needed.
      if (!(time >= refilledAt && time < slotStart + slotMs)) advance(time);
      (slots[SLOTS - 1] as number) += ratio;
    },
    withdraw() {
      advance();
      if (total() < 1 - ROUNDING) return false;
      // The oldest deposits are used first, because they expire first. The reserve is used last.
      let due = 1;
      slots.forEach((slot, age) => {
        const taken = Math.min(due, slot);
        slots[age] = slot - taken;
        due -= taken;
      });
      reserve = Math.max(0, reserve - due);
      return true;
    },
  };
  // Not enumerable, so that a budget shows only what users need.
  return Object.defineProperty(budget, UNUSED, { value: (clock: () => number) => makeBudget(limits, clock) });
}
