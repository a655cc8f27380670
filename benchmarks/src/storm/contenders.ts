import { type Retry, type RetryOptions, retry, retryBudget } from '@stamina/core';

/** What an attempt that failed throws; it tells which one it was, from 1. */
export class FailedAttempt extends Error {
  readonly num: number;

  constructor(num: number) {
    super(`attempt ${num} failed`);
    this.num = num;
  }
}

/** What limits the retries of all contenders alike. */
export type Limits = Pick<RetryOptions, 'attempts' | 'timeout'>;

/** How the clients of one process retry. */
export interface Contender {
  readonly id: string;
  readonly title: string;
  /** Whether it is what this repository recommends. */
  readonly own?: true;
  /** Made once for each process. */
  readonly policy: (limits: Limits) => Retry;
}

/** Nine of them are as long as nine of the exponential waits, jitter included, are on average: 22.5 s. */
const FIXED_MS = 2_500;

const numOf = (error: unknown): number => (error as FailedAttempt).num;

/** Python's stamina, by tenacity's `wait_exponential_jitter`: the sum is clamped, and so the jitter with it. */
const clampedMs = (retryNum: number): number => Math.min(100 * 2 ** (retryNum - 1) + Math.random() * 1_000, 5_000);

export const CONTENDERS: readonly Contender[] = [
  { id: 'none', title: 'no retries', policy: (limits) => retry({ ...limits, on: FailedAttempt, attempts: 1 }) },
  { id: 'fixed', title: 'fixed waits', policy: (limits) => retry({ ...limits, on: () => FIXED_MS }) },
  {
    id: 'no-jitter',
    title: 'exponential, no jitter',
    policy: (limits) => retry({ ...limits, on: FailedAttempt, waitJitter: 0 }),
  },
  {
    id: 'clamped',
    title: 'Python’s clamped jitter',
    policy: (limits) => retry({ ...limits, on: (error) => clampedMs(numOf(error)) }),
  },
  { id: 'stamina', title: 'stamina', own: true, policy: (limits) => retry({ ...limits, on: FailedAttempt }) },
  {
    id: 'budget',
    title: 'stamina, with a budget',
    own: true,
    policy: (limits) => retry({ ...limits, on: FailedAttempt, budget: retryBudget() }),
  },
];

export function findContender(id: string): Contender {
  const found = CONTENDERS.find((contender) => contender.id === id);
  if (!found)
    throw new Error(`no contender is called ${id}; there are ${CONTENDERS.map((other) => other.id).join(', ')}`);
  return found;
}
