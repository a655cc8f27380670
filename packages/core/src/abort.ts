import type { Policy } from './options.ts';

/** Where a call's signals are: its policy's, and one of its own. */
export interface Signals {
  readonly policy: Policy;
  readonly signal: AbortSignal | undefined;
}

/** The signal that was aborted. */
export function abortedSignal({ policy, signal }: Signals): AbortSignal | undefined {
  if (policy.signal?.aborted) return policy.signal;
  return signal?.aborted ? signal : undefined;
}

/** Calls `then` when a signal is aborted; returns how to stop listening, if there is anything to listen to. */
export function onAbort({ policy, signal }: Signals, then: () => void): (() => void) | undefined {
  if (!policy.signal && !signal) return undefined;
  policy.signal?.addEventListener('abort', then);
  signal?.addEventListener('abort', then);
  return () => {
    policy.signal?.removeEventListener('abort', then);
    signal?.removeEventListener('abort', then);
  };
}
