import { abortedSignal, onAbort, type Signals } from './abort.ts';
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

export class RunningAttempt implements Attempt {
  readonly num: number;
  readonly policy: Policy;
  readonly startedAt: number;
  readonly waitedMs: number;
  readonly #callSignal: AbortSignal | undefined;
  readonly #begunAt: number;
  #link: Link | undefined;
  settled = false;

  constructor(num: number, policy: Policy, signal: AbortSignal | undefined, startedAt: number, waitedMs: number) {
    this.num = num;
    this.policy = policy;
    this.startedAt = startedAt;
    this.waitedMs = waitedMs;
    this.#callSignal = signal;
    this.#begunAt = policy.attemptTimeoutMs === Infinity ? 0 : now();
  }

  get nextWait(): number {
    const { policy, num } = this;
    if (!policy.waits || num >= policy.attempts || abortedSignal(this.#signals)) return 0;
    const low = lowMs(policy, num);
    return elapsedMs(this) + low > policy.timeoutMs ? 0 : low;
  }

  get signal(): AbortSignal {
    if (!this.#link) {
      this.#link = new Link(this.#signals, this.num);
      if (!this.settled) this.#link.open(this.#begunAt);
    }
    return this.#link.controller.signal;
  }

  /** Whether `attemptTimeout` aborted this attempt's signal. */
  get timedOut(): boolean {
    return this.#link?.timedOut === true;
  }

  /** Ends the attempt: from now on nothing aborts its signal, and nothing is held for it. */
  settle(): void {
    this.settled = true;
    this.#link?.close();
  }

  get #signals(): Signals {
    return { policy: this.policy, signal: this.#callSignal };
  }
}

/** What aborts an attempt's signal; made when that is first read. */
class Link implements Timer {
  readonly policy: Policy;
  readonly controller: AbortController = new AbortController();
  readonly #signals: Signals;
  readonly #num: number;
  #unlisten: (() => void) | undefined;
  timedOut = false;
  handle: unknown;
  leftMs = 0;

  constructor(signals: Signals, num: number) {
    this.policy = signals.policy;
    this.#signals = signals;
    this.#num = num;
  }

  open(begunAt: number): void {
    const { attemptTimeoutMs } = this.policy;
    const abort = (): void => this.controller.abort(abortedSignal(this.#signals)?.reason);
    if (abortedSignal(this.#signals)) {
      abort();
      return;
    }
    this.#unlisten = onAbort(this.#signals, abort);
    if (attemptTimeoutMs < Infinity) startTimer(this, Math.max(0, attemptTimeoutMs - (now() - begunAt)));
  }

  close(): void {
    this.#unlisten?.();
    stopTimer(this);
  }

  /** `attemptTimeout` is up. */
  wake(): void {
    this.timedOut = true;
    this.controller.abort(
      new DOMException(`attempt ${this.#num} took longer than ${this.policy.attemptTimeoutMs} ms`, 'TimeoutError'),
    );
  }
}
