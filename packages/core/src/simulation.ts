import { checkFunction, checkKeys, invalid, isClass } from '@stamina/validation';
import { begin } from './call/begin.ts';
import { unusedBudget } from './decision/budget.ts';
import { decide, type GiveUpReason } from './decision/decide.ts';
import { toVerdict, type Verdict } from './decision/predicate.ts';
import { type Policy, type RetryOptions, resolvePolicy } from './policy/options.ts';
import { USUAL } from './process/shared.ts';

export type { GiveUpReason } from './decision/decide.ts';
export type { RetryOptions } from './policy/options.ts';

/** Provides the time and the chance of a simulation. */
export interface SimulatedWorld {
  /** Returns the time in ms. It never goes back. */
  now(): number;
  /** Draws a number evenly from [0, 1). */
  random(): number;
}

/** Describes how a simulated attempt failed. */
export interface SimulatedFailure {
  /** The error of the attempt. `on` decides about it. */
  readonly error?: unknown;
  /** True if the attempt ran into its `attemptTimeout`. Then it is retried, whatever `on` would say. Default false. */
  readonly timedOut?: boolean | undefined;
}

/** A simulated call. Its first attempt has begun. */
export interface SimulatedCall {
  /**
   * Reports that an attempt failed. The default is an error that `on` matches, if `on` names classes only.
   *
   * @returns the wait before the next attempt, in ms; or the reason why there is none
   * @throws TypeError if `on` has a predicate and there is no error, or a predicate that answers by a promise
   */
  fail(failure?: SimulatedFailure): number | GiveUpReason;
}

/** A policy whose calls are simulated. */
export interface RetrySimulation {
  /** The most attempts of a call, the first included. */
  readonly attempts: number;
  /** No attempt starts once this much time has passed since the first attempt started, in ms. */
  readonly timeout: number;
  /** The time limit of an attempt, in ms; Infinity for none. */
  readonly attemptTimeout: number;
  /** Begins a call, now. */
  begin(): SimulatedCall;
}

/**
 * Simulates calls of a policy: nothing runs, nothing waits, hooks are not called, and `signal` is ignored.
 *
 * All decisions are those of `retry(options)`. In place of the policy's budget there is an unused one with the same
 * options, which the calls share. Activation and test mode change nothing. `simulate` of `@stamina/testing` plays many such calls and sums
 * up how they went.
 *
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * let now = 0;
 * const call = retrySimulation({ on: HttpError }, { now: () => now, random: () => 0.5 }).begin();
 * call.fail(); // 600: the wait in ms, in the middle of 100 to 1100
 */
export function retrySimulation(options: RetryOptions, world: SimulatedWorld): RetrySimulation {
  const real = resolvePolicy(options);
  checkWorld(world);
  const now = (): number => world.now();
  const random = (): number => world.random();
  const simulated: Policy = { ...real, budget: budgetOf(real, now), signals: [], now, random };
  const { attempts, timeout, attemptTimeout } = simulated;
  const namesClassesOnly = [options.on].flat().every(isClass);
  return {
    attempts,
    timeout,
    attemptTimeout,
    begin() {
      const { policy, startedAt = 0 } = begin(simulated, USUAL);
      let failures = 0;
      return {
        fail: (failure = {}) =>
          decide(policy, ++failures, now() - startedAt, false, classify(policy, failure, namesClassesOnly)),
      };
    },
  };
}

/** Accepts an instance of a class too, whose methods are its prototype's. */
function checkWorld(world: SimulatedWorld): void {
  checkKeys('the world', world, ['now', 'random'], 'write { now, random }');
  checkFunction('now', world.now);
  checkFunction('random', world.random);
}

function budgetOf({ budget }: Policy, now: () => number): Policy['budget'] {
  if (!budget) return undefined;
  const unused = unusedBudget(budget, now);
  if (unused) return unused;
  throw invalid('budget', 'one that retryBudget() made', budget, 'only using another would tell what it allows');
}

function classify({ on }: Policy, failure: SimulatedFailure, namesClassesOnly: boolean): Verdict {
  if (failure.timedOut) return true;
  if (!('error' in failure)) {
    if (namesClassesOnly) return true;
    throw new TypeError('`error` must be given: `on` has a predicate, and its answer depends on the error');
  }
  const verdict = toVerdict(on(failure.error), failure.error);
  if (!(verdict instanceof Promise)) return verdict;
  verdict.catch(() => {}); // Nobody waits for it.
  throw new TypeError('`on` must answer at once to be simulated, got a promise', { cause: failure.error });
}
