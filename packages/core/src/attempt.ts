import { lowMs } from './backoff.ts';
import { abortedSignal, type Call, elapsedMs } from './call.ts';
import { now, startTimer, stopTimer, type Timer } from './clock.ts';

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
  readonly #call: Call;
  readonly #begunAt: number;
  #controller: AbortController | undefined;
  #release: (() => void) | undefined;
  #settled = false;
  #timedOut = false;

  constructor(num: number, call: Call) {
    this.num = num;
    this.#call = call;
    this.#begunAt = call.policy.attemptTimeoutMs === Infinity ? 0 : now();
  }

  get nextWait(): number {
    const { policy, signal } = this.#call;
    if (!policy.waits || this.num >= policy.attempts || abortedSignal(policy, signal)) return 0;
    const low = lowMs(policy, this.num);
    return elapsedMs(this.#call) + low > policy.timeoutMs ? 0 : low;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#link(new AbortController());
    return this.#controller.signal;
  }

  /** Whether `attemptTimeout` aborted this attempt's signal. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Ends the attempt: from now on nothing aborts its signal, and nothing is held for it. */
  settle(): void {
    this.#settled = true;
    this.#release?.();
    this.#release = undefined;
  }

  #link(controller: AbortController): AbortController {
    if (this.#settled) return controller;
    const { policy, signal } = this.#call;
    const forward = (): void => controller.abort(abortedSignal(policy, signal)?.reason);
    if (abortedSignal(policy, signal)) {
      forward();
      return controller;
    }
    policy.signal?.addEventListener('abort', forward);
    signal?.addEventListener('abort', forward);
    const timer = this.#startTimeout(controller);
    this.#release = () => {
      policy.signal?.removeEventListener('abort', forward);
      signal?.removeEventListener('abort', forward);
      if (timer) stopTimer(timer);
    };
    return controller;
  }

  #startTimeout(controller: AbortController): Timer | undefined {
    const { attemptTimeoutMs, unref } = this.#call.policy;
    if (attemptTimeoutMs === Infinity) return undefined;
    const timer: Timer = {
      handle: undefined,
      leftMs: Math.max(0, attemptTimeoutMs - (now() - this.#begunAt)),
      unref,
      wake: () => {
        this.#timedOut = true;
        controller.abort(new DOMException(`attempt ${this.num} took longer than ${attemptTimeoutMs} ms`, 'TimeoutError'));
      },
    };
    startTimer(timer);
    return timer;
  }
}
