/** How long, and how often. */
export interface Effort {
  /** Fresh processes for each cell: an even number, so that either side goes first as often. */
  readonly processes: number;
  /** In each process, for the yardstick and its contender alternately. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  readonly waitingProcesses: number;
  /** The most calls that wait at once. */
  readonly mostWaiting: number;
  readonly imports: number;
  /** Many, as rounds differ much: one collects garbage, and the next does not. */
  readonly fetchRounds: number;
  /** Of each side: what runs cold is another thing. */
  readonly fetchWarmUpCalls: number;
  /** Whether to measure, too, what options add and what each step from a loop by hand to stamina costs. */
  readonly variants: boolean;
}

export const FULL: Effort = {
  processes: 4,
  rounds: 30,
  roundMs: 15,
  warmUpMs: 200,
  waitingProcesses: 3,
  mostWaiting: 100_000,
  imports: 41,
  fetchRounds: 100,
  fetchWarmUpCalls: 2_000,
  variants: true,
};

/** One process a cell: what differs from process to process is not seen, and the yardstick always goes first. */
export const ONCE: Effort = {
  ...FULL,
  processes: 1,
  waitingProcesses: 1,
  imports: 9,
  fetchRounds: 30,
  fetchWarmUpCalls: 1_500,
};

export const QUICK: Effort = {
  processes: 1,
  rounds: 5,
  roundMs: 4,
  warmUpMs: 20,
  waitingProcesses: 1,
  mostWaiting: 1_000,
  imports: 1,
  fetchRounds: 3,
  fetchWarmUpCalls: 60,
  variants: false,
};

export const MILLION = 1_000_000;
