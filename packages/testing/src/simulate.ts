import type { RetryOptions } from '@stamina/core';
import { type Distribution, distributionOf } from './distribution.ts';
import { optionsOf, resolveScenario, type SimulateOptions } from './scenario.ts';
import { playCalls } from './simulated-calls.ts';
import type { SimulatedEnd } from './simulated-end.ts';
import { worstCaseOf } from './worst-case.ts';

/** The waits before a retry, in ms, of the calls that got so far. */
export interface SimulatedWaits extends Distribution {
  /** Which retry, from 1. */
  readonly retryNum: number;
  /** How many calls waited for it. */
  readonly calls: number;
}

/** What a policy would do. Times are in ms. */
export interface Simulation {
  /** No call takes longer, whatever chance brings: its waits, and its attempts as far as their time is known. */
  readonly worstCase: number;
  /** How long the simulated calls took. */
  readonly totalTime: Distribution;
  /** How many attempts they made, the first included. */
  readonly attempts: Distribution;
  /** How long they waited, by retry: the first is at 0. */
  readonly waits: readonly SimulatedWaits[];
  /** How many calls ended how: by `success`, or by giving up for a reason; `endless` are those that nothing ends. */
  readonly ends: Readonly<Record<SimulatedEnd, number>>;
  /** Retries per call: 9 means ten times the requests that there would be without retrying. */
  readonly addedLoad: number;
  /** The same, if the policy had no budget. */
  readonly addedLoadWithoutBudget: number;
}

/**
 * Learn what a policy would do, without doing it: nothing runs, nothing waits, and test mode makes no difference.
 *
 * Every decision is made by `@stamina/core` itself. `on` is asked about `error`; hooks hear nothing, a `signal` never aborts,
 * and in place of the policy's budget there is one like it, unused.
 *
 * @param policy retry options, or what `retry` or `retryContext` made of them
 * @param options `failures` per call (default Infinity: a total outage), `calls` (1 000), `seed` (1), the `error` that attempts fail with,
 *   `attemptTime` (0 ms), `callsPerSecond` (10)
 * @throws TypeError or RangeError for what is not allowed; TypeError where `on` has a hook and there is no `error`
 * @example
 * expect(simulate({ on: HttpError, attempts: 5 }).worstCase).toBeLessThan(30_000);
 */
export function simulate(
  policy: RetryOptions | { readonly options: RetryOptions },
  options: SimulateOptions = {},
): Simulation {
  const given = optionsOf(policy);
  const scenario = resolveScenario(options);
  const { attempts, totalTimes, waits, ends } = playCalls(given, scenario);
  const addedLoad = loadOf(attempts);
  return {
    worstCase: worstCaseOf(given, scenario),
    totalTime: distributionOf(totalTimes),
    attempts: distributionOf(attempts),
    waits: waits.map((ms, index) => ({ retryNum: index + 1, calls: ms.length, ...distributionOf(ms) })),
    ends,
    addedLoad,
    addedLoadWithoutBudget: given.budget
      ? loadOf(playCalls({ ...given, budget: undefined }, scenario).attempts)
      : addedLoad,
  };
}

/** Attempts per call, less the first. */
function loadOf(attempts: readonly number[]): number {
  return attempts.reduce((sum, more) => sum + more - 1, 0) / attempts.length;
}
