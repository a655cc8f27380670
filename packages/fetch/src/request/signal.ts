/** Joins the caller's signals with `controller`, which may be aborted afterwards. */
export function joinSignals(signals: readonly AbortSignal[], controller: AbortController): AbortSignal {
  // jsdom and React Native lack `AbortSignal.any`. The listeners below are worse, because they stay on the caller's
  // signals as long as those live.
  if (AbortSignal.any) return AbortSignal.any([...signals, controller.signal]);
  for (const signal of signals) {
    signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}

let isAccepted: boolean | undefined;

/**
 * Returns whether the runtime's `fetch` accepts the signals of the global `AbortController`. In Vitest 3 with jsdom,
 * that class is jsdom's, and Node refuses its signals.
 */
export function acceptsSignal(signal: AbortSignal): boolean {
  if (isAccepted === undefined) {
    try {
      isAccepted = true;
      if (globalThis.Request) new Request('http://a.test', { signal });
    } catch {
      isAccepted = false;
    }
  }
  return isAccepted;
}
