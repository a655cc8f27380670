/** Joins the caller's signals with `controller`, which may be aborted afterwards. */
export function joinSignals(signals: readonly AbortSignal[], controller: AbortController): AbortSignal {
  // jsdom and React Native lack `AbortSignal.any`. Unlike that, listeners stay as long as the caller's signals live.
  if (AbortSignal.any) return AbortSignal.any([...signals, controller.signal]);
  for (const signal of signals) {
    signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}

let isAccepted: boolean | undefined;

/**
 * Returns whether the runtime's `fetch` accepts the signals of `AbortController`. Node refuses those of jsdom, which
 * takes the place of the global class in Vitest 3.
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
