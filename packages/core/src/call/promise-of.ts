/**
 * Calls `fn`. Returns a promise of its result, which rejects if `fn` throws. `Promise.resolve` returns ordinary promises
 * unchanged. It does not call the `then` of other values at once, because that of a proxy of a promise, for example,
 * throws.
 */
export function promiseOf<Argument>(fn: (argument: Argument) => unknown, argument: Argument): Promise<unknown> {
  try {
    return Promise.resolve(fn(argument));
  } catch (error) {
    return Promise.reject(error);
  }
}
