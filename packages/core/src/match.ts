import { builtInName, isBuiltIn, isClass } from './class.ts';
import { type Duration, toMs } from './duration.ts';
import { invalid, show } from './invalid.ts';

/** A class whose instances are retried. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/** A floor under a wait: the usual backoff, but its lower bound is at least this; jitter goes on top, `waitMax` does not apply. */
export interface WaitFloor {
  readonly atLeast: number | Duration;
}

/**
 * What a backoff hook answers: `true`, retry after the usual backoff; a number of ms or a duration, after exactly
 * that; `{ atLeast }`, after a backoff that is not shorter (as a server asks by `Retry-After`); `false`, let it through.
 */
export type BackoffAnswer = boolean | number | Duration | WaitFloor;

/** Judges an error; may answer by a promise. */
export type BackoffHook = (error: unknown) => BackoffAnswer | PromiseLike<BackoffAnswer>;

/** A judged error: `false`, not to be retried; `true`, after the usual backoff; a number, after that many ms; or a floor. */
export type Verdict = boolean | number | { readonly atLeastMs: number };

/** Judges an error. */
export type Matcher = (error: unknown) => Verdict | Promise<Verdict>;

/** Makes a matcher of what the `on` option holds. */
export function toMatcher(name: string, on: unknown): Matcher {
  if (!Array.isArray(on)) return toOne(on);
  if (on.length === 0) throw invalid(name, 'a non-empty array', on, 'name at least one error class or hook');
  // `map` would pass over holes.
  return Array.from(on, toOne).reduceRight((rest, first) => (error) => {
    const orElse = (verdict: Verdict): ReturnType<Matcher> => (verdict === false ? rest(error) : verdict);
    const verdict = first(error);
    return verdict instanceof Promise ? verdict.then(orElse) : orElse(verdict);
  });
}

function toOne(on: unknown): Matcher {
  if (typeof on !== 'function') {
    throw invalid(
      'on',
      'an error class, a function (error) => boolean | number | Duration, or an array of these',
      on,
      'name what to retry, such as `on: HttpError`',
    );
  }
  if (isClass(on)) return classMatcher(on as unknown as ErrorClass);
  return (error) => {
    const judged = (answer: unknown): Verdict => toVerdict(answer, error);
    const answer = on(error) as unknown;
    return isThenable(answer) ? Promise.resolve(answer).then(judged) : judged(answer);
  };
}

function toVerdict(answer: unknown, error: unknown): Verdict {
  if (typeof answer === 'boolean') return answer;
  try {
    const floor = (answer as Partial<WaitFloor> | undefined)?.atLeast;
    const ms = toMs('on', floor ?? answer);
    if (Number.isFinite(ms)) return floor === undefined ? Math.max(0, ms) : { atLeastMs: ms };
  } catch {
    // Told below, with the error that was judged.
  }
  throw new TypeError(
    `\`on\` must answer true, false, a finite wait (ms or a Duration) or { atLeast: wait }, got ${show(answer)}; is a \`return\` missing?`,
    { cause: error },
  );
}

function classMatcher(errorClass: ErrorClass): Matcher {
  const builtIn = builtInName(errorClass);
  return (error) =>
    (error instanceof errorClass || (builtIn !== undefined && isBuiltIn(error, builtIn))) &&
    // Cancelling is not failing: who wants it retried says so by a hook.
    (error as { name?: unknown } | null)?.name !== 'AbortError';
}

/** Whether `value` can be awaited to some effect. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
