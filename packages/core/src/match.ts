import { type Duration, toMs } from './duration.ts';
import { wrongType } from './invalid.ts';

/** A class whose instances are retried. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/** What a backoff hook answers: `true`, retry after the usual backoff; a number of ms or a duration, after exactly that; `false`, let it through. */
export type BackoffAnswer = boolean | number | Duration;

/** Judges an error; may answer by a promise. */
export type BackoffHook = (error: unknown) => BackoffAnswer | PromiseLike<BackoffAnswer>;

/** A judged error: `false`, not to be retried; `true`, after the usual backoff; a number, after that many ms. */
export type Verdict = boolean | number;

/** Judges an error. */
export type Matcher = (error: unknown) => Verdict | PromiseLike<Verdict>;

/** Makes a matcher of what the `on` option holds. */
export function toMatcher(on: unknown): Matcher {
  if (!Array.isArray(on)) return toOne(on);
  if (on.length === 0) throw wrongType('on', 'a non-empty array', on, 'name at least one error class or hook');
  const matchers = on.map(toOne);
  return (error) => firstAnswer(matchers, 0, error);
}

function firstAnswer(matchers: readonly Matcher[], from: number, error: unknown): Verdict | PromiseLike<Verdict> {
  for (let index = from; index < matchers.length; index++) {
    const verdict = (matchers[index] as Matcher)(error);
    if (typeof verdict === 'object') {
      return verdict.then((settled) => (settled === false ? firstAnswer(matchers, index + 1, error) : settled));
    }
    if (verdict !== false) return verdict;
  }
  return false;
}

function toOne(on: unknown): Matcher {
  if (typeof on !== 'function') {
    throw wrongType('on', 'an error class, a function (error) => boolean | number | Duration, or an array of these', on, 'name what to retry, such as `on: HttpError`');
  }
  return isClass(on) ? classMatcher(on as unknown as ErrorClass) : hookMatcher(on as BackoffHook);
}

/** A `class` has a `prototype` that cannot be replaced; an error class in ES5's style has an `Error.prototype` in its chain. */
export function isClass(fn: object): boolean {
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype');
  if (!own) return false;
  return !own.writable || ancestors(own.value).some((proto) => isNative(constructorOf(proto)) && constructorOf(proto).name === 'Error');
}

function hookMatcher(hook: BackoffHook): Matcher {
  return (error) => {
    const answer = hook(error);
    return isThenable(answer) ? Promise.resolve(answer).then((settled) => toVerdict(settled, error)) : toVerdict(answer, error);
  };
}

function toVerdict(answer: unknown, error: unknown): Verdict {
  if (typeof answer === 'boolean') return answer;
  try {
    const ms = toMs('answer of `on`', answer);
    if (Number.isFinite(ms)) return Math.max(0, ms);
  } catch {
    // Told below, with the error that was judged.
  }
  const invalid = wrongType('answer of `on`', 'true, false, or a finite wait (ms or a Duration)', answer, 'is a `return` missing?');
  invalid.cause = error;
  throw invalid;
}

function classMatcher(errorClass: ErrorClass): Matcher {
  return (error) => {
    // Cancelling is not failing: who wants it retried says so by a hook.
    if ((error as { name?: unknown } | null | undefined)?.name === 'AbortError') return false;
    return error instanceof errorClass || isTwin(error, errorClass);
  };
}

/** Whether `error` is of the same built-in class, but of another realm (jest runs tests in one of their own). */
function isTwin(error: unknown, errorClass: ErrorClass): boolean {
  return isNative(errorClass) && ancestors(error).some((proto) => constructorOf(proto).name === errorClass.name && isNative(constructorOf(proto)));
}

function isNative(fn: unknown): boolean {
  return typeof fn === 'function' && /\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn));
}

function constructorOf(proto: object): { name?: unknown } {
  return (Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as { name?: unknown } | undefined) ?? {};
}

/** The prototypes of an object, nearest first; for a prototype itself, it too. */
function ancestors(value: unknown): object[] {
  const chain: object[] = [];
  for (let proto = typeof value === 'object' ? value : null; proto !== null; proto = Object.getPrototypeOf(proto)) chain.push(proto);
  return chain;
}

/** Whether `value` can be awaited to some effect. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && (typeof value === 'object' || typeof value === 'function') && typeof (value as { then?: unknown }).then === 'function';
}
