/** Where the signals of a call are. */
export interface Abortable {
  readonly signals: readonly AbortSignal[];
}

/** The signal that was aborted. */
export function abortedSignal({ signals }: Abortable): AbortSignal | undefined {
  return signals.length > 0 ? signals.find(({ aborted }) => aborted) : undefined;
}

/** Calls `then` when a signal is aborted, or was; returns how to stop listening, if there is anything to listen to. */
export function onAbort(call: Abortable, then: () => void): (() => void) | undefined {
  const { signals } = call;
  if (signals.length === 0) return undefined;
  if (abortedSignal(call)) {
    then();
    return undefined;
  }
  for (const signal of signals) signal.addEventListener('abort', then);
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', then);
  };
}
