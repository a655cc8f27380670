import type { RetryOptions } from '@stamina/core';
import { invalid } from '@stamina/validation';
import { resolveSimulateOptions, type SimulateOptions } from './simulate-options.ts';
import { type SimulatedEnd, simulateCalls } from './simulated-calls.ts';
import { worstCaseOf } from './worst-case.ts';

/** The waits before one retry, in ms. Calls that ended before this retry are left out. */
export interface SimulatedWaits extends Distribution {
  /** The number of the retry, from 1. */
  readonly retryNum: number;
  /** The number of calls that waited for this retry. */
  readonly calls: number;
}

/** The results of a simulation. Times are in ms. */
export interface Simulation {
  /**
   * The longest time that any call can take. An attempt takes `attemptTime`, or up to `attemptTimeout`, or no time if
   * there is neither. Infinity if nothing ends a call.
   */
  readonly worstCase: number;
  /** The times that the simulated calls took, from their first attempt to their end. */
  readonly totalTime: Distribution;
  /** The numbers of attempts that the simulated calls made, the first included. */
  readonly attempts: Distribution;
  /** The waits before each retry. Those before the first retry are at index 0. */
  readonly waits: readonly SimulatedWaits[];
  /** The number of calls by how they ended: `success`, a reason for giving up, or `endless` if nothing ends them. */
  readonly ends: Readonly<Record<SimulatedEnd, number>>;
  /** The mean number of retries per call. 9 means ten times as many requests as there would be without retrying. */
  readonly addedLoad: number;
  /** The mean number of retries per call if the policy had no budget. */
  readonly addedLoadWithoutBudget: number;
}

/**
 * Simulates calls with a policy. No attempt is made and nothing waits. Test mode makes no difference.
 *
 * `@stamina/core` makes every decision, as in real calls. It calls `on` with the `error` option. It calls no hooks,
 * ignores the `signal`, and replaces the budget of the policy with an unused one that has the same options.
 *
 * @param policy retry options, or a policy from `retry` or `retryContext`
 * @param options `failures` per call (default Infinity, which is a total outage), `calls` (1 000), `seed` (1), the
 *   `error` of failing attempts, `attemptTime` (0 ms), `callsPerSecond` (10)
 * @throws TypeError if an option has the wrong type, or if `on` has a predicate and there is no `error`
 * @throws RangeError if an option is out of range, or if there are too many retries to simulate
 * @example
 * expect(simulate({ on: HttpError, attempts: 5 }).worstCase).toBeLessThan(30_000);
 */
export function simulate(
  policy: RetryOptions | { readonly options: RetryOptions },
  options: SimulateOptions = {},
): Simulation {
  const given = policyOptions(policy);
  const scenario = resolveSimulateOptions(options);
  const { attempts, totalTimes, waits, ends } = simulateCalls(given, scenario);
  const addedLoad = retriesPerCall(attempts);
  return {
    worstCase: worstCaseOf(given, scenario),
    totalTime: distributionOf(totalTimes),
    attempts: distributionOf(attempts),
    waits: waits.map((ms, index) => ({ retryNum: index + 1, calls: ms.length, ...distributionOf(ms) })),
    ends,
    addedLoad,
    addedLoadWithoutBudget: given.budget
      ? retriesPerCall(simulateCalls({ ...given, budget: undefined }, scenario).attempts)
      : addedLoad,
  };
}

/** Returns the mean number of attempts per call, not counting first attempts. */
function retriesPerCall(attempts: readonly number[]): number {
  return attempts.reduce((sum, more) => sum + more - 1, 0) / attempts.length;
}

/**
 * Returns the options of a policy. `policy` is either the options themselves, or a policy that `retry` or a similar
 * function made of them.
 */
function policyOptions(policy: unknown): RetryOptions {
  const { options } = Object(policy) as { readonly options?: RetryOptions };
  if (options !== undefined) return options;
  if (typeof policy === 'object' && policy !== null && !Array.isArray(policy)) return policy as RetryOptions;
  throw invalid(
    'policy',
    'retry options, or a policy from retry() or retryContext()',
    policy,
    'a wrapped function does not show its policy, so keep the policy in a constant',
  );
}

/** Describes how values are distributed. At least half of them are at most `p50`, 90 % at most `p90`, and so on. */
export interface Distribution {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Returns the distribution of values. There must be at least one value. */
function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  /** Returns the smallest value such that at least this percentage of all values are not greater. */
  const percentile = (percent: number): number => sorted[Math.ceil((sorted.length * percent) / 100) - 1] as number;
  return {
    min: sorted[0] as number,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50: percentile(50),
    p90: percentile(90),
    p99: percentile(99),
    max: percentile(100),
  };
}
