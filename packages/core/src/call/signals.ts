/** Something that signals can abort. */
interface Abortable {
  readonly signals: readonly AbortSignal[];
}

/**
 * Returns the signal that was aborted, or `undefined` if none was. Of several, returns the one that was aborted first. If
 * nobody listened to them, the order is not known, and it is the first of the list.
 */
export function abortedSignal({ signals }: Abortable): AbortSignal | undefined {
  if (signals.length === 0) return undefined;
  let first: AbortSignal | undefined;
  for (const signal of signals) {
    if (signal.aborted && (!first || watchOf(signal).abortNum < watchOf(first).abortNum)) first = signal;
  }
  return first;
}

/**
 * Returns the reason of an aborted signal. Signals of some polyfills have none. For these, returns an `AbortError`, which
 * is always the same for a signal.
 */
export function reasonOf(signal: AbortSignal): unknown {
  const { reason } = signal;
  if (reason !== undefined) return reason;
  const watch = watchOf(signal);
  watch.substitute ??= namedError('AbortError', 'this operation was aborted');
  return watch.substitute;
}

/** Makes a `DOMException`, or a plain error if the runtime has no such class. */
export function namedError(name: string, message: string): Error {
  return typeof DOMException === 'function'
    ? new DOMException(message, name)
    : Object.assign(new Error(message), { name });
}

/** What is known about one signal, the callbacks that wait for its abort, and the listener that calls them. */
interface Watch {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
  /** The number of its abort among all that were noticed, or Infinity. */
  abortNum: number;
  /** The error that replaces a missing reason. */
  substitute?: Error;
}

/** The number of aborts that were noticed. */
let aborts = 0;

/** Calls that share a signal share one listener, because adding a listener takes longer the more there are. */
const watches = new WeakMap<AbortSignal, Watch>();

function watchOf(signal: AbortSignal): Watch {
  let watch = watches.get(signal);
  if (!watch) {
    const callbacks = new Set<() => void>();
    const created: Watch = {
      callbacks,
      listener() {
        created.abortNum = ++aborts;
        for (const callback of callbacks) callback();
      },
      abortNum: Infinity,
    };
    watch = created;
    watches.set(signal, watch);
  }
  return watch;
}

/**
 * Calls `callback` when a signal is aborted, or at once if one is already aborted.
 *
 * @returns a function that stops listening, or `undefined` if there is nothing to listen to
 */
export function onAbort(abortable: Abortable, callback: () => void): (() => void) | undefined {
  const { signals } = abortable;
  if (signals.length === 0) return undefined;
  if (abortedSignal(abortable)) {
    callback();
    return undefined;
  }
  for (const signal of signals) {
    const { callbacks, listener } = watchOf(signal);
    if (callbacks.size === 0) signal.addEventListener('abort', listener);
    callbacks.add(callback);
  }
  return () => {
    for (const signal of signals) {
      const { callbacks, listener } = watchOf(signal);
      callbacks.delete(callback);
      if (callbacks.size === 0) signal.removeEventListener('abort', listener);
    }
  };
}
