import { builtInName, invalid, isBuiltIn, isClass, isThenable, memberOf } from '@stamina/validation';
import { type Duration, toMs } from '../time/duration.ts';

/** A class whose instances are retried. `NewableFunction` also allows classes whose constructor is private. */
export type ErrorClass = (abstract new (...args: never[]) => unknown) | NewableFunction;

/**
 * Requests the usual backoff, but with a lower bound of at least `atLeast`, in ms or as a `Duration`. Jitter is added
 * to the bound, and `waitMax` does not limit it.
 */
export interface WaitFloor {
  /** The lower bound of the wait, in ms or as a `Duration`. */
  readonly atLeast: number | Duration;
  /**
   * `false` does not charge the retry to the budget. Use it for a retry that waits as long as a rate limit requests,
   * because such a retry adds no load that the server did not allow.
   */
  readonly budget?: false | undefined;
}

/**
 * The answer of a predicate:
 *
 * - `true` retries after the usual backoff
 * - `false` does not retry
 * - a number of ms or a `Duration` retries after exactly that wait; a negative one counts as 0
 * - `{ atLeast }` retries after the usual backoff, but not sooner, for example because of a `Retry-After`
 */
export type RetryAnswer = boolean | number | Duration | WaitFloor;

/**
 * Decides whether to retry after `error`. May return a promise of the answer. If a predicate throws, the call ends with
 * what it throws. If it returns anything other than an answer, the call ends with a TypeError.
 */
export type RetryPredicate = (error: unknown) => RetryAnswer | PromiseLike<RetryAnswer>;

/** A checked answer: `false` for no retry, `true` for the usual backoff, a wait in ms, or a lower bound in ms. */
export type Verdict = boolean | number | { readonly atLeastMs: number; readonly isCharged: boolean };

/**
 * Turns the value of an `on` option into one predicate.
 *
 * @param name the name of the option, for messages
 * @throws TypeError for a value that is not allowed
 */
export function toPredicate(name: string, on: unknown): RetryPredicate {
  if (!Array.isArray(on)) return onePredicate(name, on);
  if (on.length === 0) throw invalidOn(name, on);
  // `Array.from` also visits the holes of an array. `map` would skip them.
  return Array.from(on, (item) => onePredicate(name, item)).reduceRight((rest, first) => (error) => {
    const orElse = (answer: RetryAnswer): ReturnType<RetryPredicate> => (answer === false ? rest(error) : answer);
    const answer = first(error);
    return isThenable(answer) ? Promise.resolve(answer).then(orElse) : orElse(answer);
  });
}

function onePredicate(name: string, on: unknown): RetryPredicate {
  if (typeof on !== 'function') throw invalidOn(name, on);
  return isClass(on) ? classPredicate(on as unknown as ErrorClass) : (on as RetryPredicate);
}

/** Returns the error for a value of `on` that is not allowed. */
export function invalidOn(name: string, on: unknown): TypeError {
  const allowed = 'an error class, a predicate, or a non-empty array of these';
  return invalid(name, allowed, on, 'name what to retry, such as `on: HttpError`');
}

/** Makes a predicate that matches the instances of a class. */
function classPredicate(errorClass: ErrorClass): RetryPredicate {
  return (error) =>
    (error instanceof errorClass || isForeignInstance(error, errorClass)) &&
    // Cancelling is not failing. Only a predicate can request a retry after an abort.
    !isCancellation(error);
}

/** Returns whether an error says that a call was cancelled. Axios has a name and a code of its own for that. */
function isCancellation(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return name === 'AbortError' || name === 'CanceledError' || code === 'ERR_CANCELED';
}

/** Returns whether `error` is an instance of the same built-in class, but of another realm. */
function isForeignInstance(error: unknown, errorClass: ErrorClass): boolean {
  const builtIn = builtInName(errorClass);
  return builtIn !== undefined && isBuiltIn(error, builtIn);
}

/** Checks the answer of a predicate about `error`. Throws a TypeError, or rejects with it, if that is not allowed. */
export function toVerdict(answer: unknown, error: unknown): Verdict | Promise<Verdict> {
  return isThenable(answer)
    ? Promise.resolve(answer).then((settled) => settledVerdict(settled, error))
    : settledVerdict(answer, error);
}

function settledVerdict(answer: unknown, error: unknown): Verdict {
  if (typeof answer === 'boolean') return answer;
  const floor: WaitFloor['atLeast'] | undefined = memberOf(answer, 'atLeast');
  const ms = toMs(floor ?? answer) as number;
  if (Number.isFinite(ms)) {
    return floor === undefined ? Math.max(0, ms) : { atLeastMs: ms, isCharged: memberOf(answer, 'budget') !== false };
  }
  const allowed = 'true, false, a finite wait or { atLeast: wait }';
  throw invalid('on(error)', allowed, answer, 'is a `return` missing?', { cause: error });
}
