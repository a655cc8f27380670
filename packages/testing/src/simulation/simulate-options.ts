import type { SimulatedFailure } from '@stamina/core/simulation';
import { checkInteger, checkNumber, checkOptions, type OptionTable } from '@stamina/validation';
import { checkFailureCount, type ErrorMaker, toErrorMaker } from '../failures/flaky.ts';

/** Options of `simulate`. */
export interface SimulateOptions {
  /**
   * The number of attempts of each call that fail before one succeeds: an integer of at least 0, or Infinity. Default
   * Infinity, which is a total outage.
   */
  readonly failures?: number | undefined;
  /** The number of simulated calls, an integer from 1 to 1 000 000. Default 1 000. */
  readonly calls?: number | undefined;
  /** The seed of the random numbers, an integer. The same seed gives the same results. Default 1. */
  readonly seed?: number | undefined;
  /**
   * The error that failing attempts throw. A class is instantiated for each attempt. A function is called with the
   * number of the attempt, from 1, and returns the error. Any other value is the error itself. The default is an error
   * that `on` matches. Required if `on` has a predicate.
   */
  readonly error?: unknown;
  /**
   * The time that each attempt takes, in ms, at least 0. By default, simulated attempts take no time, and the worst
   * case assumes that they take as long as `attemptTimeout` allows.
   */
  readonly attemptTime?: number | undefined;
  /**
   * The number of calls that start per second, at regular intervals, from 0.001 to 1 000 000. It matters only for
   * budgets. Default 10.
   */
  readonly callsPerSecond?: number | undefined;
}

/** The checked options of a simulation. */
export interface ResolvedSimulateOptions {
  readonly failures: number;
  readonly calls: number;
  readonly seed: number;
  /** Makes the error of a failing attempt; `undefined` for errors that `on` matches. */
  readonly error: ErrorMaker | undefined;
  readonly attemptTime: number | undefined;
  readonly callsPerSecond: number;
}

const OPTIONS: OptionTable<ResolvedSimulateOptions> = {
  failures: { default: Infinity, check: checkFailureCount() },
  calls: { default: 1_000, check: checkInteger(1, 1_000_000) },
  seed: { default: 1, check: checkInteger(-(2 ** 31), 2 ** 32 - 1) },
  error: { check: (_, error) => toErrorMaker(error) },
  attemptTime: { check: checkNumber((ms) => ms >= 0, 'a number of milliseconds of at least 0') },
  callsPerSecond: {
    default: 10,
    check: checkNumber((rate) => rate >= 0.001 && rate <= 1_000_000, 'a number from 0.001 to 1000000'),
  },
};

/** Checks the options of a simulation. */
export function resolveSimulateOptions(options: unknown): ResolvedSimulateOptions {
  return checkOptions('options of simulate', options, OPTIONS, 'write simulate(policy, { failures: 3 })');
}

/** Makes the failure of an attempt. `attempt` is its number, from 1. */
export type FailureMaker = (attempt: number) => SimulatedFailure;

/** Returns a function that makes attempts fail with the error of the scenario. */
export function failWithError({ error }: ResolvedSimulateOptions): FailureMaker {
  // If the failure has no `error` field, core assumes that `on` matches it.
  return error ? (attempt) => ({ error: error(attempt) }) : () => ({});
}

/** Makes attempts fail because they exceed their `attemptTimeout`. */
export const failWithTimeout: FailureMaker = () => ({ timedOut: true });
