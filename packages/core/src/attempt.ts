import { abortedSignal, onAbort } from './abort.ts';
import { lowMs } from './backoff.ts';
import { elapsedMs, now, startTimer, stopTimer, type Timer } from './clock.ts';
import type { Policy } from './options.ts';

/** One attempt, as the retried code sees it. */
export interface Attempt {
  /** Which attempt this is, from 1. */
  readonly num: number;
  /** Lower bound of the wait, in ms, if this attempt fails; 0 when none can follow. */
  readonly nextWait: number;
  /** Aborted by the policy's signal, the call's, and `attemptTimeout`; inert once the attempt has settled. */
  readonly signal: AbortSignal;
}

export class RunningAttempt implements Attempt, Timer {
  readonly num: number;
  readonly policy: Policy;
  readonly startedAt: number;
  readonly waitedMs: number;
  readonly #begunAt: number;
  /** Made when `signal` is first read. */
  #controller: AbortController | undefined;
  #unlisten: (() => void) | undefined;
  declare handle: unknown;
  settled = false;
  /** Whether `attemptTimeout` aborted this attempt's signal. */
  timedOut = false;

  constructor(num: number, policy: Policy, startedAt: number, waitedMs: number) {
    this.num = num;
    this.policy = policy;
    this.startedAt = startedAt;
    this.waitedMs = waitedMs;
    this.#begunAt = policy.attemptTimeout === Infinity ? 0 : now();
  }

  get nextWait(): number {
    const { policy, num } = this;
    if (!policy.waits || num >= policy.attempts || abortedSignal(policy)) return 0;
    const low = lowMs(policy, num);
    return elapsedMs(this) + low > policy.timeout ? 0 : low;
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const { policy } = this;
    const controller = new AbortController();
    this.#controller = controller;
    if (!this.settled) {
      this.#unlisten = onAbort(policy, () => controller.abort(abortedSignal(policy)?.reason));
      const leftMs = policy.attemptTimeout - (now() - this.#begunAt);
      if (leftMs < Infinity) startTimer(this, Math.max(0, leftMs));
    }
    return controller.signal;
  }

  /** `attemptTimeout` is up. */
  wake(): void {
    this.timedOut = true;
    this.#controller?.abort(
      new DOMException(`attempt ${this.num} took longer than ${this.policy.attemptTimeout} ms`, 'TimeoutError'),
    );
  }

  /** Ends the attempt: from now on nothing aborts its signal, and nothing is held for it. */
  settle(): void {
    this.settled = true;
    if (!this.#controller) return;
    this.#unlisten?.();
    stopTimer(this);
  }
}
