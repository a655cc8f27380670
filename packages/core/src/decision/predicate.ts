import { builtInName, invalid, isBuiltIn, isClass, isThenable } from '@stamina/validation';
import { type Duration, toMs } from '../time/duration.ts';

/** A class whose instances are retried. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/** Lengthens a wait: the usual backoff, but with a lower bound of at least this much. Jitter is added on top, and `waitMax` does not apply. */
export interface WaitFloor {
  readonly atLeast: number | Duration;
}

/**
 * The answer of a predicate. `true` retries after the usual backoff, and `false` passes the error on. A number of ms or
 * a duration retries after exactly that wait. `{ atLeast }` retries after a backoff that is not shorter, as a server
 * asks for with `Retry-After`.
 */
export type RetryAnswer = boolean | number | Duration | WaitFloor;

/** Decides whether to retry after `error`, at once or by a promise. */
export type RetryPredicate = (error: unknown) => RetryAnswer | PromiseLike<RetryAnswer>;

/** A checked answer: `false` for no retry, `true` for the usual backoff, a wait in ms, or a floor. */
export type Verdict = boolean | number | { readonly atLeastMs: number };

/** Makes one predicate of the value of the `on` option. Throws a TypeError for a value that is not allowed. */
export function toPredicate(name: string, on: unknown): RetryPredicate {
  if (!Array.isArray(on)) return onePredicate(name, on);
  if (on.length === 0) throw invalidOn(name, on);
  // `Array.from` visits the holes of an array too; `map` would skip them.
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

function classPredicate(errorClass: ErrorClass): RetryPredicate {
  const builtIn = builtInName(errorClass);
  return (error) =>
    (error instanceof errorClass || (builtIn !== undefined && isBuiltIn(error, builtIn))) &&
    // Cancelling is not failing. Only a function can say that it is to be retried.
    (error as { name?: unknown } | null)?.name !== 'AbortError';
}

/** Checks what a predicate answered about `error`. Rejects or throws a TypeError for an answer that is not allowed. */
export function toVerdict(answer: unknown, error: unknown): Verdict | Promise<Verdict> {
  return isThenable(answer)
    ? Promise.resolve(answer).then((settled) => settledVerdict(settled, error))
    : settledVerdict(answer, error);
}

function settledVerdict(answer: unknown, error: unknown): Verdict {
  if (typeof answer === 'boolean') return answer;
  const floor = (answer as Partial<WaitFloor> | null | undefined)?.atLeast;
  const ms = toMs(floor ?? answer) as number;
  if (Number.isFinite(ms)) return floor === undefined ? Math.max(0, ms) : { atLeastMs: ms };
  const allowed = 'true, false, a finite wait or { atLeast: wait }';
  throw invalid('on(error)', allowed, answer, 'is a `return` missing?', { cause: error });
}
