/** Makes what a call or an attempt throws; they are counted from 1. */
export type ErrorMaker = (num: number) => unknown;

/** Makes errors of what was given as one: a value as it is, a new instance of a class, or what a function of the number returns. */
export function toErrorMaker(error: unknown): ErrorMaker {
  if (error === undefined) return (num) => new Error(`flaky failure ${num}`);
  if (typeof error !== 'function') return () => error;
  if (!isErrorClass(error)) return error as ErrorMaker;
  const ErrorClass = error as new (message: string) => unknown;
  return (num) => new ErrorClass(`flaky failure ${num}`);
}

/** A `class`, or a function that makes errors, of whatever realm. */
function isErrorClass(fn: object): boolean {
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype');
  return own !== undefined && (!own.writable || 'message' in Object(own.value));
}
