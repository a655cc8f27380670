import { type RetryBudget, retryBudget } from './budget.ts';
import { isClass } from './class.ts';
import { decide } from './decide.ts';
import type { GiveUpReason } from './details.ts';
import { checkFunction, invalid, resolveOptions } from './invalid.ts';
import { ask, type Verdict } from './match.ts';
import { type Policy, type RetryOptions, resolvePolicy } from './options.ts';

export type { GiveUpReason } from './details.ts';
export type { RetryOptions } from './options.ts';

/** Where a simulation takes time and chance from. */
export interface SimulatedWorld {
  /** The time, in ms; it never goes back. */
  now(): number;
  /** Draws evenly from [0, 1). */
  random(): number;
}

/** How a simulated attempt failed. */
export interface SimulatedFailure {
  /** What it threw: `on` is asked about it. */
  readonly error?: unknown;
  /** Whether its `attemptTimeout` was up: then it is retried whatever `on` says. Default false. */
  readonly timedOut?: boolean | undefined;
}

/** A simulated call; its first attempt has begun. */
export interface SimulatedCall {
  /**
   * Note that an attempt failed; default by an error that `on` names, if all that it names are classes.
   *
   * @returns how long to wait, in ms, before the next attempt; or why there is none
   * @throws TypeError where `on` has a hook and nothing to judge, or a hook that answers by a promise
   */
  fail(failure?: SimulatedFailure): number | GiveUpReason;
}

/** A policy whose calls are told their fate instead of meeting it. */
export interface RetrySimulation {
  /** Most attempts in all. */
  readonly attempts: number;
  /** How long retrying may go on, in ms. */
  readonly timeout: number;
  /** How long an attempt may take, in ms; Infinity for no limit. */
  readonly attemptTimeout: number;
  /** Begin a call, now. */
  begin(): SimulatedCall;
}

/**
 * Ask a policy what it would do, without doing it: nothing runs, waits, or is told to hooks, and `signal` is not looked at.
 *
 * The decisions are those of `retry(options)`. A budget is played by one of the same options, all unused, which these calls share.
 * Activation and test mode change nothing. `@stamina/testing` has `simulate`, which draws conclusions from many such calls.
 *
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * let now = 0;
 * const call = retrySimulation({ on: HttpError }, { now: () => now, random: () => 0.5 }).begin();
 * call.fail(); // 600: ms to wait; the middle of 100 to 1100
 */
export function retrySimulation(options: RetryOptions, world: SimulatedWorld): RetrySimulation {
  const real = resolvePolicy(options);
  const { now, random } = resolveOptions<SimulatedWorld>('the world', world, WORLD_CHECKS, {}, 'write { now, random }');
  const policy = { ...real, budget: real.budget && unused(real.budget, now) };
  const { attempts, timeout, attemptTimeout, budget } = policy;
  const named = [options.on].flat().every(isClass);
  return {
    attempts,
    timeout,
    attemptTimeout,
    begin() {
      const startedAt = now();
      let failures = 0;
      budget?.deposit();
      return {
        fail: (failure = {}) =>
          decide(policy, ++failures, now() - startedAt, false, judge(policy, failure, named), random),
      };
    },
  };
}

const WORLD_CHECKS = { now: checkFunction, random: checkFunction };

function unused(budget: RetryBudget, now: () => number): RetryBudget {
  const { ratio, minPerSecond, window } = budget;
  if (ratio !== undefined) return retryBudget({ ratio, minPerSecond, window }, now);
  throw invalid('budget', 'one that retryBudget() made', budget, 'what another allows is told only by using it');
}

function judge({ on }: Policy, failure: SimulatedFailure, named: boolean): Verdict {
  if (failure.timedOut) return true;
  if (!('error' in failure)) {
    if (named) return true;
    throw new TypeError('`error` must be given: `on` has a hook, and what that answers depends on the error');
  }
  const verdict = ask(on, failure.error);
  if (!(verdict instanceof Promise)) return verdict;
  verdict.catch(() => {}); // It is not waited for.
  throw new TypeError('`on` must answer at once to be simulated, got a promise', { cause: failure.error });
}
