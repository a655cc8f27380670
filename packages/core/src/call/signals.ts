/** Something that signals can abort. */
interface Abortable {
  readonly signals: readonly AbortSignal[];
}

/** Returns the first signal that is aborted, or `undefined` if none is. */
export function abortedSignal({ signals }: Abortable): AbortSignal | undefined {
  return signals.length > 0 ? signals.find(({ aborted }) => aborted) : undefined;
}

/** The callbacks of one signal, and the listener that calls them. */
interface Watch {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

/** Calls that share a signal share one listener, because adding a listener takes longer the more there are. */
const watches = new WeakMap<AbortSignal, Watch>();

function watchOf(signal: AbortSignal): Watch {
  let watch = watches.get(signal);
  if (!watch) {
    const callbacks = new Set<() => void>();
    const listener = (): void => {
      for (const callback of callbacks) callback();
    };
    watch = { callbacks, listener };
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
