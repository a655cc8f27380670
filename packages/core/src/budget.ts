import { now } from './clock.ts';
import { checkMs, type Duration } from './duration.ts';
import { checkRange, resolveOptions } from './invalid.ts';

/** Limits retries over many calls. Made by `retryBudget`; share one among the policies that call the same service. */
export interface RetryBudget {
  /** How many retries it would allow now; not always whole. */
  readonly balance: number;
  /** Retries allowed per call. Simulations need this and the next two, and nothing else does: a budget of your own may lack them. */
  readonly ratio?: number;
  /** Retries allowed per second however few calls there are. */
  readonly minPerSecond?: number;
  /** How long an unused deposit counts, in ms. */
  readonly window?: number;
  /** Notes a call's first attempt. Called by the policy that holds the budget. */
  deposit(): void;
  /** Takes one retry out, or says `false`. Called by the policy that holds the budget. */
  withdraw(): boolean;
}

/** What shapes a retry budget. */
export interface RetryBudgetOptions {
  /** Retries allowed per call, ≥ 0; default 0.1, one in ten. */
  ratio?: number | undefined;
  /** Retries allowed per second however few calls there are, ≥ 0; default 1. */
  minPerSecond?: number | undefined;
  /** How long an unused deposit counts: > 0, ms or a duration; default 10 000. */
  window?: number | Duration | undefined;
}

type Resolved = Readonly<Record<keyof RetryBudgetOptions, number>>;

/** Deposits are kept in this many slots and fade a slot at a time: constant memory, whatever the load. */
const SLOTS = 10;
/** What ten deposits of 0.1 may lack of 1. */
const ROUNDING = 1e-6;

/**
 * Make a budget that limits retries to a share of the calls, after Finagle's `RetryBudget`.
 *
 * In an outage it adds at most `ratio` × load + `minPerSecond` per process, and needs no coordination of processes.
 * It starts with a reserve of `minPerSecond` × `window`, which refills at `minPerSecond`. Empty, calls give up at once.
 *
 * @param clock what tells the time in ms; default `performance.now`
 * @throws TypeError or RangeError for a value that is not allowed
 * @example
 * const budget = retryBudget({ ratio: 0.1 });
 * const getUser = retry({ on: HttpError, budget })(fetchUser);
 */
export function retryBudget(options: RetryBudgetOptions = {}, clock: () => number = now): RetryBudget {
  const checkShare = checkRange((value) => value >= 0 && value < Infinity, 'a finite number of at least 0');
  const { ratio, minPerSecond, window } = resolveOptions<Resolved>(
    'options of retryBudget',
    options,
    {
      ratio: checkShare,
      minPerSecond: checkShare,
      window: checkMs((ms) => ms > 0 && ms < Infinity, 'finite and greater than 0'),
    },
    { ratio: 0.1, minPerSecond: 1, window: 10_000 },
    'write retryBudget({ ratio: 0.1 })',
  );
  const capacity = (minPerSecond * window) / 1_000;
  const slotMs = window / SLOTS;
  /** Oldest first. */
  const slots: number[] = Array(SLOTS).fill(0);
  let slotStart = clock();
  let reserve = capacity;
  let refilledAt = slotStart;

  function advance(): void {
    const time = clock();
    // A clock that goes back was replaced (fake timers): go on from where it stands.
    if (time < refilledAt) slotStart = refilledAt = time;
    reserve = Math.min(capacity, reserve + ((time - refilledAt) * minPerSecond) / 1_000);
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

  return {
    ratio,
    minPerSecond,
    window,
    get balance() {
      advance();
      return total();
    },
    deposit() {
      advance();
      (slots[SLOTS - 1] as number) += ratio;
    },
    withdraw() {
      advance();
      if (total() < 1 - ROUNDING) return false;
      // Oldest first, since they fade first; the reserve last.
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
}
