import { checkFunction, handleRejection, invalid, isClass, isThenable, memberOf } from '@stamina/validation';
import { deposit } from './call/begin.ts';
import { unusedBudget } from './decision/budget.ts';
import { decide, type GiveUpReason } from './decision/decide.ts';
import { toVerdict, type Verdict } from './decision/predicate.ts';
import type { Policy, RetryOptions } from './policy/options.ts';
import { resolvePolicy } from './policy/resolve.ts';

export type { GiveUpReason } from './decision/decide.ts';
export type { RetryOptions } from './policy/options.ts';

/** Provides the time and the random numbers of a simulation. */
export interface SimulatedWorld {
  /** Returns the time in ms. It must never go back. */
  now(): number;
  /** Draws a number evenly from [0, 1). */
  random(): number;
}

/** Describes how a simulated attempt failed. */
export interface SimulatedFailure {
  /** The error of the attempt. `on` is called with it, even if it is `undefined`. */
  readonly error?: unknown;
  /** True if the attempt exceeded `attemptTimeout`. It is then retried, and `on` is not called. Default false. */
  readonly timedOut?: boolean | undefined;
}

/** A simulated call, whose first attempt has started. */
export interface SimulatedCall {
  /**
   * Reports that the running attempt failed, and decides whether another one follows.
   *
   * @param failure describes how the attempt failed. The default is an error that `on` matches. Required if `on` has a
   *   predicate
   * @returns the wait before the next attempt in ms, or the reason why there is none
   * @throws TypeError if `on` has a predicate and `failure` has no error, or if the predicate returns a promise or an
   *   answer that is not allowed
   */
  fail(failure?: SimulatedFailure): number | GiveUpReason;
}

/** A policy whose calls are simulated. */
export interface RetrySimulation {
  /** The maximum number of attempts of a call, including the first. */
  readonly attempts: number;
  /** The timeout in ms. No attempt starts once this much time has passed since the first attempt started. */
  readonly timeout: number;
  /** The time limit of each attempt in ms, or Infinity for none. */
  readonly attemptTimeout: number;
  /** The deadline in ms, or Infinity for none. Your code must end an attempt that is still running at that time. */
  readonly deadline: number;
  /** Begins a call at the current time of the simulated world. */
  begin(): SimulatedCall;
}

/**
 * Makes a policy whose calls are simulated. Nothing runs or waits, and hooks are not called. `signal` and `stop` are
 * ignored.
 *
 * The decisions are those of `retry(options)`. If the policy has a budget, the simulated calls share an unused copy of
 * it. `setActive` and `setTesting` have no effect. `simulate` of `@stamina/testing` plays many such calls and
 * summarizes the results.
 *
 * @param options the options of `retry`
 * @param world provides the time and the random numbers
 * @throws TypeError or RangeError for options that are not allowed, and TypeError for a budget that `retryBudget` did
 *   not make
 * @example
 * let now = 0;
 * const call = retrySimulation({ on: HttpError }, { now: () => now, random: () => 0.5 }).begin();
 * call.fail(); // 600, a wait in ms halfway between 100 and 1100
 */
export function retrySimulation(options: RetryOptions, world: SimulatedWorld): RetrySimulation {
  const real = resolvePolicy(options);
  checkWorld(world);
  const now = (): number => world.now();
  const random = (): number => world.random();
  const simulated: Policy = { ...real, budget: budgetOf(real, now), signals: [], stop: undefined, now, random };
  const { attempts, timeout, attemptTimeout, deadline } = simulated;
  const namesClassesOnly = [options.on].flat().every(isClass);
  return {
    attempts,
    timeout,
    attemptTimeout,
    deadline,
    begin() {
      const startedAtMs = now();
      deposit(simulated, startedAtMs);
      let failures = 0;
      return {
        fail: (failure = {}) =>
          decide(simulated, ++failures, now() - startedAtMs, undefined, classify(simulated, failure, namesClassesOnly)),
      };
    },
  };
}

/** Checks the methods alone, because a world may be an instance of a class. */
function checkWorld(world: SimulatedWorld): void {
  const { now, random } = Object(world) as SimulatedWorld;
  checkFunction('now', now);
  checkFunction('random', random);
}

/** Returns an unused copy of the policy's budget, with the time of the simulation. */
function budgetOf({ budget }: Policy, now: () => number): Policy['budget'] {
  if (!budget) return undefined;
  const unused = unusedBudget(budget, now);
  if (unused) return unused;
  throw invalid('budget', 'one that retryBudget() made', budget, 'a custom budget cannot be simulated');
}

/** Returns the checked answer of `on` about a simulated failure. */
function classify({ on }: Policy, failure: SimulatedFailure, namesClassesOnly: boolean): Verdict {
  if (memberOf(failure, 'timedOut')) return true;
  if (!Object.hasOwn(failure, 'error')) {
    if (namesClassesOnly) return true;
    throw new TypeError('`error` must be given: `on` has a predicate, and its answer depends on the error');
  }
  const verdict = toVerdict(on(failure.error), failure.error);
  if (!isThenable(verdict)) return verdict;
  handleRejection(verdict);
  throw new TypeError('`on` must answer at once to be simulated, got a promise; use a predicate that is not async', {
    cause: failure.error,
  });
}
