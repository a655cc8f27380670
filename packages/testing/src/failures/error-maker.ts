import { isClass } from '@stamina/validation';

/** Makes the error of a call or an attempt from its number, which counts from 1. */
export type ErrorMaker = (num: number) => unknown;

/**
 * Turns an `error` option into a function that makes errors.
 *
 * A class is called with a message, and any other function with the number. Every other value is the error itself.
 */
export function toErrorMaker(error: unknown): ErrorMaker {
  if (error === undefined) return (num) => new Error(messageOf(num));
  if (typeof error !== 'function') return () => error;
  if (!isClass(error)) return error as ErrorMaker;
  const ErrorClass = error as new (message: string) => unknown;
  return (num) => new ErrorClass(messageOf(num));
}

function messageOf(num: number): string {
  return `flaky failure ${num}`;
}
