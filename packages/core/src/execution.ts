import { abortedSignal, type Call, elapsedMs } from './call.ts';
import { type Decision, decide } from './decide.ts';
import { emit, type GiveUpReason, isObserved, type RetryEvent } from './hooks.ts';
import type { Verdict } from './match.ts';
import type { Policy } from './options.ts';

/** Names a call when somebody wants to know; on the success path nobody does. */
export type NameOf = () => string;

const KEPT_ERRORS = 10;

/** The state of one call, made at its first failure. What it decides and tells is the same for every driver. */
export class Execution implements Call {
  readonly policy: Policy;
  readonly signal: AbortSignal | undefined;
  readonly startedAt: number;
  readonly #nameOf: NameOf;
  readonly #args: ArrayLike<unknown>;
  failures = 0;
  waitedMs = 0;
  #matched = false;
  #error: unknown;
  #older: unknown[] | undefined;
  #dispose: (() => void) | undefined;

  constructor(policy: Policy, signal: AbortSignal | undefined, startedAt: number, nameOf: NameOf, args: ArrayLike<unknown>) {
    this.policy = policy;
    this.signal = signal;
    this.startedAt = startedAt;
    this.#nameOf = nameOf;
    this.#args = args;
  }

  /** Notes what an attempt threw, and asks whether that is to be retried. What a backoff hook throws is thrown. */
  judge(error: unknown, timedOut: boolean): Verdict | PromiseLike<Verdict> {
    if (this.failures++ > 0) {
      this.#older ??= [];
      this.#older.push(this.#error);
      if (this.#older.length >= KEPT_ERRORS) this.#older.shift();
    }
    this.#error = error;
    return timedOut || this.policy.match(error);
  }

  /** Decides, and tells: how long to wait, or why not. */
  conclude(verdict: Verdict): Decision {
    if (verdict !== false) this.#matched = true;
    const standing = { failures: this.failures, elapsedMs: elapsedMs(this), aborted: this.#abortedSignal !== undefined };
    const decision = decide(this.policy, standing, verdict, Math.random);
    if (typeof decision === 'string') return this.#giveUp(decision);
    this.#dispose = this.#tell('onRetry', decision);
    this.waitedMs += decision;
    return decision;
  }

  /** Ends the wait: `undefined`, or why the retry may not begin after all. */
  resume(): GiveUpReason | undefined {
    this.release();
    if (this.#abortedSignal) return this.#giveUp('aborted');
    return elapsedMs(this) > this.policy.timeoutMs ? this.#giveUp('timeout') : undefined;
  }

  /** Disposes of what retry hooks returned. */
  release(): void {
    const dispose = this.#dispose;
    this.#dispose = undefined;
    dispose?.();
  }

  /** What a call that gave up throws: the last error as it is, or the reason of the abort. */
  outcome(reason: GiveUpReason): unknown {
    return reason === 'aborted' ? this.#abortedSignal?.reason : this.#error;
  }

  /** Tells that the call succeeded after all. */
  recover(): void {
    this.#tell('onRecover', 0, { elapsed: elapsedMs(this) });
  }

  get #abortedSignal(): AbortSignal | undefined {
    return abortedSignal(this.policy, this.signal);
  }

  #giveUp(reason: GiveUpReason): GiveUpReason {
    if (this.#matched) {
      this.#tell('onGiveUp', 0, { elapsed: elapsedMs(this), reason, errors: [...(this.#older ?? []), this.#error] });
    }
    return reason;
  }

  #tell(event: RetryEvent, waitFor: number, more?: object): (() => void) | undefined {
    const { policy } = this;
    if (!policy.observable || !isObserved(event, policy.listener)) return undefined;
    return emit(
      event,
      policy.listener,
      Object.freeze({
        name: this.#nameOf(),
        args: Array.from(this.#args),
        retryNum: this.failures,
        waitFor,
        waitedSoFar: this.waitedMs,
        causedBy: this.#error,
        attempts: policy.attempts,
        timeout: policy.timeoutMs,
        ...more,
      }),
    );
  }
}
