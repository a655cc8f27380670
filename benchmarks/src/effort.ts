/** The contender whom goals are set for. */
export const OWN = 'stamina';

/** Fresh processes for each cell: even numbers, so that either side goes first as often. */
export interface Processes {
  /** stamina's: so many that it can be told to a hundredth whether a goal is met. */
  readonly own: number;
  readonly others: number;
}

/** How long, and how often. */
export interface Effort {
  readonly processes: Processes;
  /** In each process, for the yardstick and its contender alternately. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  readonly waitingProcesses: number;
  /** The most calls that wait at once. */
  readonly mostWaiting: number;
  readonly imports: number;
  readonly fetchProcesses: Processes;
  /** Many, as rounds differ much: one collects garbage, and the next does not. */
  readonly fetchRounds: number;
  /**
   * Of each side, unless both have taken `fetchWarmUpMs`. What is still being compiled is another thing, and functions that
   * run once a call are compiled late: retries fell from 1.13 of the loop by hand to 1.06 over 40,000 calls.
   */
  readonly fetchWarmUpCalls: number;
  readonly fetchWarmUpMs: number;
  /** For what to measure, too, what options add: only for the time of a call, or for everything. */
  readonly variants: 'time' | 'all';
}

export const FULL: Effort = {
  processes: { own: 16, others: 4 },
  rounds: 30,
  roundMs: 15,
  warmUpMs: 200,
  waitingProcesses: 3,
  mostWaiting: 100_000,
  imports: 41,
  fetchProcesses: { own: 12, others: 2 },
  fetchRounds: 200,
  fetchWarmUpCalls: 20_000,
  fetchWarmUpMs: 6_000,
  variants: 'all',
};

/** One process a cell: what differs from process to process is not seen, and the yardstick always goes first. */
const ALONE: Processes = { own: 1, others: 1 };

export const ONCE: Effort = {
  ...FULL,
  processes: ALONE,
  waitingProcesses: 1,
  imports: 9,
  fetchProcesses: ALONE,
  fetchRounds: 30,
  fetchWarmUpCalls: 1_500,
};

export const QUICK: Effort = {
  processes: ALONE,
  rounds: 5,
  roundMs: 4,
  warmUpMs: 20,
  waitingProcesses: 1,
  mostWaiting: 1_000,
  imports: 1,
  fetchProcesses: ALONE,
  fetchRounds: 3,
  fetchWarmUpCalls: 60,
  fetchWarmUpMs: 200,
  variants: 'time',
};

export const MILLION = 1_000_000;

/** How many processes measure a contender. */
export const processesOf = (contender: string, { own, others }: Processes): number =>
  contender === OWN ? own : others;
