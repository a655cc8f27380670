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

/** Makes one hook of what the `on` option holds. */
export function toHook(name: string, on: unknown): BackoffHook {
  if (!Array.isArray(on)) return toOne(on);
  if (on.length === 0) throw invalid(name, 'a non-empty array', on, 'name at least one error class or hook');
  // `map` would pass over holes.
  return Array.from(on, toOne).reduceRight((rest, first) => (error) => {
    const orElse = (answer: BackoffAnswer): ReturnType<BackoffHook> => (answer === false ? rest(error) : answer);
    const answer = first(error);
    return isThenable(answer) ? Promise.resolve(answer).then(orElse) : orElse(answer);
  });
}

/** A hook stays what it is: whatever `run` is given of its own, every call pays for. */
function toOne(on: unknown): BackoffHook {
  if (typeof on !== 'function') {
    throw invalid(
      'on',
      'an error class, a function (error) => boolean | number | Duration, or an array of these',
      on,
      'name what to retry, such as `on: HttpError`',
    );
  }
  return isClass(on) ? classHook(on as unknown as ErrorClass) : (on as BackoffHook);
}

/** Asks a hook about an error. Throws what it throws, and a TypeError for an answer that is none. */
export function ask(on: BackoffHook, error: unknown): Verdict | Promise<Verdict> {
  const answer = on(error);
  return isThenable(answer) ? verdictOf(answer, error) : toVerdict(answer, error);
}

async function verdictOf(answer: PromiseLike<unknown>, error: unknown): Promise<Verdict> {
  return toVerdict(await answer, error);
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

function classHook(errorClass: ErrorClass): BackoffHook {
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
