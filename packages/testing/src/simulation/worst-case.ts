import type { RetryOptions } from '@stamina/core';
import { type RetrySimulation, retrySimulation } from '@stamina/core/simulation';
import type { ResolvedSimulateOptions } from './simulate-options.ts';
import { type FailureMaker, failWithError, failWithTimeout } from './simulate-options.ts';

/** The most attempts to count. A call with more attempts is assumed to last as long as `timeout` allows. */
const MOST_ATTEMPTS = 100_000;

/** Returns the longest time that any call of a scenario can take, in ms, whatever the random numbers are. */
export function worstCaseOf(options: RetryOptions, scenario: ResolvedSimulateOptions): number {
  const simulation = simulationWith(options, 0);
  return Math.min(simulation.deadline, worstCaseWithoutDeadline(simulation, options, scenario));
}

function worstCaseWithoutDeadline(
  { attempts, timeout, deadline, attemptTimeout }: RetrySimulation,
  options: RetryOptions,
  scenario: ResolvedSimulateOptions,
): number {
  const [shortest, longest] = attemptTimes(scenario.attemptTime, attemptTimeout);
  const canThrow = shortest < attemptTimeout;
  const canTimeOut = longest === attemptTimeout;
  const failures = [...(canThrow ? [failWithError(scenario)] : []), ...(canTimeOut ? [failWithTimeout] : [])];
  const mostFailures = canThrow ? scenario.failures : Infinity;

  // These simulations only provide the waits. The loop below applies the limits.
  const unlimited = {
    ...options,
    attempts: MOST_ATTEMPTS + 1,
    timeout: Infinity,
    deadline: Infinity,
    budget: undefined,
  };
  const shortWaits = waitsWith(unlimited, 0, failures);
  const longWaits = waitsWith(unlimited, 1, failures);

  // The earliest and the latest time at which an attempt can begin.
  let earliest = 0;
  let latest = 0;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const end = latest + longest;
    if (attempt > mostFailures || attempt >= attempts) return end;
    const waits = longWaits(attempt);
    earliest += shortest + Math.min(...shortWaits(attempt));
    if (waits.length === 0 || earliest > timeout || earliest >= deadline) return end;
    latest = Math.min(timeout, end + Math.max(...waits));
  }
  return timeout + longest;
}

/**
 * Returns the shortest and the longest time that an attempt can take. Without an `attemptTime`, only `attemptTimeout`
 * limits it.
 */
function attemptTimes(attemptTime: number | undefined, attemptTimeout: number): readonly [number, number] {
  if (attemptTime === undefined) return [0, attemptTimeout === Infinity ? 0 : attemptTimeout];
  const ms = Math.min(attemptTime, attemptTimeout);
  return [ms, ms];
}

/**
 * Returns a function that finds the possible waits after an attempt, in ms. It returns one wait for each way in which
 * the attempt can fail and is then retried. It must be called with attempts 1, 2, 3 and so on, in this order.
 */
function waitsWith(
  options: RetryOptions,
  random: number,
  failures: readonly FailureMaker[],
): (attempt: number) => number[] {
  const policy = simulationWith(options, random);
  const calls = failures.map((failure) => ({ failure, call: policy.begin() }));
  return (attempt) =>
    calls.map(({ failure, call }) => call.fail(failure(attempt))).filter((decision) => typeof decision === 'number');
}

function simulationWith(options: RetryOptions, random: number): RetrySimulation {
  return retrySimulation(options, { now: () => 0, random: () => random });
}
