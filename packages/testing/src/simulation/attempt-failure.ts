import type { SimulatedFailure } from '@stamina/core/simulation';
import type { ResolvedSimulateOptions } from './simulate-options.ts';

/** Makes the failure of an attempt. `attempt` is its number, from 1. */
export type FailureMaker = (attempt: number) => SimulatedFailure;

/** Returns a function that makes attempts fail with the error of the scenario. */
export function failWithError({ error }: ResolvedSimulateOptions): FailureMaker {
  // If the failure has no `error` field, core assumes that `on` matches it.
  return error ? (attempt) => ({ error: error(attempt) }) : () => ({});
}

/** Makes attempts fail because they exceed their `attemptTimeout`. */
export const failWithTimeout: FailureMaker = () => ({ timedOut: true });
