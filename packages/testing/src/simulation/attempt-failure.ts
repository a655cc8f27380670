import type { SimulatedFailure } from '@stamina/core/simulation';
import type { Scenario } from './scenario.ts';

/** Makes the failure of an attempt from its number, which counts from 1. */
export type FailureMaker = (attempt: number) => SimulatedFailure;

/** Returns a function that lets attempts fail with the error of the scenario. */
export function failWithError({ error }: Scenario): FailureMaker {
  // Without an `error` field, core takes the failure for one that `on` matches.
  return error ? (attempt) => ({ error: error(attempt) }) : () => ({});
}

/** Lets attempts fail because they exceed their `attemptTimeout`. */
export const failWithTimeout: FailureMaker = () => ({ timedOut: true });
