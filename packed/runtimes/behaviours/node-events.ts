// Replaces `node:events` in runtimes that have none, and counts the listeners of signals from now on.
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

/** Returns the listeners as Node does. A `once` listener is gone when the signal was aborted. */
export function getEventListeners(signal: AbortSignal): unknown[] {
  const listeners = [...(added.get(signal) ?? [])];
  return listeners.filter(([, once]) => !(once && signal.aborted)).map(([listener]) => listener);
}
