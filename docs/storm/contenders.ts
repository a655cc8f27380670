import { type Retry, type RetryOptions, retry, retryBudget } from '@stamina/core';

/** The error of a failed attempt. It knows the number of the attempt, which is 1 for the first. */
export class FailedAttempt extends Error {
  readonly num: number;

  constructor(num: number) {
    super(`attempt ${num} failed`);
    this.num = num;
  }
}

/** Limits that hold for the retries of all contenders. */
export type Limits = Pick<RetryOptions, 'attempts' | 'timeout'>;

/** One way to retry. */
export interface Contender {
  readonly id: string;
  readonly title: string;
  /** Marks what this repository recommends. */
  readonly own?: true;
  /** Makes the policy that all clients of one process share. */
  readonly policy: (limits: Limits) => Retry;
}

/** Nine fixed waits take 22.5 s, which is the average of nine exponential waits with jitter. */
const FIXED_MS = 2_500;

const numOf = (error: unknown): number => (error as FailedAttempt).num;

/** The wait of Python's stamina, whose `wait_exponential_jitter` clamps the sum, and so also the jitter. */
const clampedMs = (retryNum: number): number => Math.min(100 * 2 ** (retryNum - 1) + Math.random() * 1_000, 5_000);

const contender = (id: string, title: string, more: () => Partial<RetryOptions>, own?: true): Contender => ({
  id,
  title,
  ...(own && { own }),
  // All calls share the errors, so a retry can look nested.
  policy: (limits) => retry({ ...limits, on: FailedAttempt, nested: true, ...more() }),
});

export const CONTENDERS: readonly Contender[] = [
  contender('none', 'no retries', () => ({ attempts: 1 })),
  contender('fixed', 'fixed waits', () => ({ on: () => FIXED_MS })),
  contender('no-jitter', 'exponential, no jitter', () => ({ waitJitter: 0 })),
  contender('clamped', 'Python’s clamped jitter', () => ({ on: (error) => clampedMs(numOf(error)) })),
  contender('stamina', 'stamina', () => ({}), true),
  contender('budget', 'stamina, with a budget', () => ({ budget: retryBudget() }), true),
];

export function findContender(id: string): Contender {
  const found = CONTENDERS.find((contender) => contender.id === id);
  if (found) return found;
  throw new Error(`no contender is called ${id}; there are ${CONTENDERS.map(({ id }) => id).join(', ')}`);
}
