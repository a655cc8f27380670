/** Where the signals of a call are. */
export interface Abortable {
  readonly signals: readonly AbortSignal[];
}

/** The signal that was aborted. */
export function abortedSignal({ signals }: Abortable): AbortSignal | undefined {
  return signals.length > 0 ? signals.find(({ aborted }) => aborted) : undefined;
}

/** Who is to be told that a signal was aborted. */
interface Watch {
  readonly watchers: Set<() => void>;
  readonly tell: () => void;
}

/** One listener for all calls that share a signal: to add one, runtimes look through all that are there. */
const watches = new WeakMap<AbortSignal, Watch>();

function watchOf(signal: AbortSignal): Watch {
  let watch = watches.get(signal);
  if (!watch) {
    const watchers = new Set<() => void>();
    const tell = (): void => {
      for (const then of watchers) then();
    };
    watch = { watchers, tell };
    watches.set(signal, watch);
  }
  return watch;
}

/** Calls `then` when a signal is aborted, or was; returns how to stop listening, if there is anything to listen to. */
export function onAbort(call: Abortable, then: () => void): (() => void) | undefined {
  const { signals } = call;
  if (signals.length === 0) return undefined;
  if (abortedSignal(call)) {
    then();
    return undefined;
  }
  for (const signal of signals) {
    const { watchers, tell } = watchOf(signal);
    if (watchers.size === 0) signal.addEventListener('abort', tell);
    watchers.add(then);
  }
  return () => {
    for (const signal of signals) {
      const { watchers, tell } = watchOf(signal);
      watchers.delete(then);
      if (watchers.size === 0) signal.removeEventListener('abort', tell);
    }
  };
}
