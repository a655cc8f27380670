// Stands for Node's modules where there are none.

/** Of `node:async_hooks`: there is no async context. */
export class AsyncLocalStorage {
  constructor() {
    throw Object.assign(new Error('there is no async context'), { name: 'NotHere' });
  }
}

/** Of `node:vm`: there is no other realm. */
export function runInNewContext(): never {
  throw Object.assign(new Error('there is no other realm'), { name: 'NotHere' });
}

// Of `node:events`: records who listens to a signal from now on.
const added = new WeakMap<EventTarget, Map<unknown, boolean>>();
const { addEventListener, removeEventListener } = AbortSignal.prototype;

AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof addEventListener>) {
  const [, listener, options] = args;
  const listeners = added.get(this) ?? new Map<unknown, boolean>();
  listeners.set(listener, typeof options === 'object' && options.once === true);
  added.set(this, listeners);
  return addEventListener.apply(this, args);
} as typeof addEventListener;

AbortSignal.prototype.removeEventListener = function (
  this: AbortSignal,
  ...args: Parameters<typeof removeEventListener>
) {
  added.get(this)?.delete(args[1]);
  return removeEventListener.apply(this, args);
} as typeof removeEventListener;

/** Of `node:events`. A listener that listens once is gone when the signal is aborted. */
export function getEventListeners(signal: AbortSignal): unknown[] {
  const listeners = [...(added.get(signal) ?? [])];
  return listeners.filter(([, once]) => !(once && signal.aborted)).map(([listener]) => listener);
}
