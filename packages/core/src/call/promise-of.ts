/**
 * Calls `fn`. Returns a promise of its result, which rejects if `fn` throws.
 *
 * `Promise.resolve` returns ordinary promises unchanged. Unlike a direct call of `then`, it also works with values
 * whose `then` throws, such as a proxy of a promise. The promise then rejects.
 */
export function promiseOf<Argument>(fn: (argument: Argument) => unknown, argument: Argument): Promise<unknown> {
  try {
    return Promise.resolve(fn(argument));
  } catch (error) {
    return Promise.reject(error);
  }
}
