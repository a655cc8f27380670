/** Keeps a value for the code that a function runs, now or later, as Node's `AsyncLocalStorage` does. */
interface Storage {
  getStore(): string | undefined;
  run<Args extends unknown[], Result>(store: string, fn: (...args: Args) => Result, ...args: Args): Result;
}

let running: string | undefined;

/** Keeps a value only for the code that a function runs before it returns, because browsers have nothing better. */
const synchronousStorage: Storage = {
  getStore: () => running,
  run(store, fn, ...args) {
    const outer = running;
    running = store;
    try {
      return fn(...args);
    } finally {
      running = outer;
    }
  },
};

interface AsyncHooks {
  readonly AsyncLocalStorage: new () => Storage;
}

const node = (globalThis as { process?: { getBuiltinModule?(name: string): AsyncHooks | undefined } }).process;
const hooks = node?.getBuiltinModule?.('node:async_hooks');

/** Keeps the URL of a retrying fetch while it runs another `fetch`. It is `undefined` in all other code. */
export const fetchedUrl: Storage = hooks ? new hooks.AsyncLocalStorage() : synchronousStorage;
