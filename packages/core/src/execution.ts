import { abortedSignal } from './attempt.ts';
import { elapsedMs, random } from './clock.ts';
import { type Decision, decide } from './decide.ts';
import type { GiveUpReason } from './details.ts';
import { emit, GIVE_UP, isObserved, RECOVER, RETRY, type RetryEvent } from './hooks.ts';
import type { Verdict } from './match.ts';
import type { Policy } from './options.ts';

/** Names a call whose policy does not; asked only when somebody wants to know. */
export type NameOf = (self: unknown) => string;

/** What a function is called. */
export function nameOf(fn: unknown): string {
  return (fn as { readonly name: string }).name || 'anonymous';
}

const KEPT_ERRORS = 10;

/** The state of one call, made at its first failure. What it decides and tells is the same for every driver. */
export class Execution {
  readonly policy: Policy;
  readonly signal: AbortSignal | undefined;
  readonly startedAt: number;
  readonly nameOf: NameOf;
  readonly self: unknown;
  readonly args: ArrayLike<unknown>;
  failures = 0;
  waitedMs = 0;
  /** What the newest attempt threw. */
  error: unknown;
  #older: unknown[] | undefined;
  #disposals: (() => void)[] | undefined;

  constructor(
    policy: Policy,
    signal: AbortSignal | undefined,
    startedAt: number,
    nameOf: NameOf,
    self: unknown,
    args: ArrayLike<unknown>,
  ) {
    this.policy = policy;
    this.signal = signal;
    this.startedAt = startedAt;
    this.nameOf = nameOf;
    this.self = self;
    this.args = args;
  }

  /** The signal that was aborted, of the policy or of the call. */
  get abortedSignal(): AbortSignal | undefined {
    return abortedSignal(this.policy, this.signal);
  }

  /** Notes what an attempt threw, and asks whether that is to be retried. What a backoff hook throws is thrown. */
  judge(error: unknown, timedOut = false): Verdict | Promise<Verdict> {
    if (this.failures++ > 0) {
      this.#older = [...(this.#older ?? []), this.error].slice(1 - KEPT_ERRORS);
    }
    this.error = error;
    return timedOut || this.policy.match(error);
  }

  /** Decides at the time `at`, and tells: how long to wait, or why not. */
  conclude(verdict: Verdict, at: number): Decision {
    const aborted = this.abortedSignal !== undefined;
    const decision = decide(this.policy, this.failures, elapsedMs(this, at), aborted, verdict, random);
    if (typeof decision === 'string') {
      // An earlier failure was retried, and so it had matched.
      if (verdict !== false || this.failures > 1) this.#giveUp(decision);
      return decision;
    }
    this.#disposals = this.#tell(RETRY, decision);
    this.waitedMs += decision;
    return decision;
  }

  /** Whether anyone was told of the retry that begins now: they may have taken their time, or aborted. */
  get told(): boolean {
    return this.#disposals !== undefined;
  }

  /** Ends the wait: `undefined`, or why the retry may not begin after all. */
  resume(): GiveUpReason | undefined {
    this.release();
    if (this.abortedSignal) return this.#giveUp('aborted');
    return elapsedMs(this) > this.policy.timeoutMs ? this.#giveUp('timeout') : undefined;
  }

  /** Disposes of what retry hooks returned. */
  release(): void {
    const disposals = this.#disposals;
    this.#disposals = undefined;
    disposals?.forEach((dispose) => dispose());
  }

  /** What a call that gave up throws: the last error as it is, or the reason of the abort. */
  outcome(reason: GiveUpReason): unknown {
    return reason === 'aborted' ? this.abortedSignal?.reason : this.error;
  }

  /** Tells that the call succeeded after all. */
  recover(): void {
    this.#tell(RECOVER, 0);
  }

  #giveUp(reason: GiveUpReason): GiveUpReason {
    this.#tell(GIVE_UP, 0, { reason, errors: [...(this.#older ?? []), this.error] });
    return reason;
  }

  #tell(event: RetryEvent, waitFor: number, more?: object): (() => void)[] | undefined {
    const { policy } = this;
    if (!policy.observable || !isObserved(event, policy.listener)) return undefined;
    const details = {
      name: policy.name ?? this.nameOf(this.self),
      args: Array.from(this.args),
      retryNum: this.failures,
      waitFor,
      waitedSoFar: this.waitedMs,
      causedBy: this.error,
      attempts: policy.attempts,
      timeout: policy.timeoutMs,
      ...(event !== RETRY && { elapsed: elapsedMs(this) }),
      ...more,
    };
    return emit(event, policy.listener, Object.freeze(details));
  }
}
