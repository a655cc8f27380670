import { now } from './clock.ts';
import { isObserved } from './hooks.ts';
import type { Policy } from './options.ts';

/** What an attempt knows of its call. */
export interface Call {
  readonly policy: Policy;
  /** The signal of this call alone, beside the policy's. */
  readonly signal: AbortSignal | undefined;
  /** When the first attempt began; NaN where nobody needs to know. */
  readonly startedAt: number;
  readonly waitedMs: number;
}

/** The signal of a call or policy that was aborted. */
export function abortedSignal(policy: Policy, signal: AbortSignal | undefined): AbortSignal | undefined {
  if (policy.signal?.aborted) return policy.signal;
  return signal?.aborted ? signal : undefined;
}

/** When a call that begins now began: read only where a timeout or a listener needs it. */
export function startTime(policy: Policy): number {
  const needed = policy.timeoutMs !== Infinity || isObserved('onGiveUp', policy.listener) || isObserved('onRecover', policy.listener);
  return needed ? now() : Number.NaN;
}

/** Time since the first attempt began: by the clock, or by the waits where fake timers leave the clock alone. */
export function elapsedMs({ startedAt, waitedMs }: Call): number {
  return Math.max(now() - startedAt || 0, waitedMs);
}
