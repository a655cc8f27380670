const NO_SIGNALS: readonly AbortSignal[] = [];

/** Lists those signals that exist. Calls without a signal share one empty list. */
export function listSignals(one: AbortSignal | undefined, other: AbortSignal | undefined): readonly AbortSignal[] {
  return one || other ? [one, other].filter((signal) => signal !== undefined) : NO_SIGNALS;
}

/** The signals that a caller has passed, and that an attempt has already used. */
const used = new WeakSet<AbortSignal>();

/**
 * Returns a signal for `fetch` that is aborted with the caller's. It is the caller's signal itself, unless an earlier
 * attempt has used that.
 *
 * A signal of one call is passed on, because `AbortSignal.any` would be the largest part of the cost of a call. `fetch`
 * leaves a listener on each signal until the next garbage collection. If many calls share a signal, Node 22 warns about
 * these listeners, and adding the next one becomes slower than `AbortSignal.any`, which leaves none.
 */
export function forwardSignal(signal: AbortSignal): AbortSignal {
  if (used.has(signal)) return AbortSignal.any?.([signal]) ?? signal;
  used.add(signal);
  return signal;
}

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

/**
 * Returns the reason of an aborted signal. The signals of React Native have no reason. If the caller aborted such a
 * signal, core replaces the missing reason. So users see the error that is made here only if a time limit was exceeded.
 */
export function reasonOf({ reason }: AbortSignal): unknown {
  return reason === undefined
    ? Object.assign(new Error('the attempt took too long'), { name: 'TimeoutError' })
    : reason;
}
