import { hasMethods, invalid, memberOf } from '@stamina/validation';
import { AsyncCall, type AsyncForm } from '../call/async-call.ts';
import type { Attempt } from '../call/attempt.ts';
import { begin } from '../call/begin.ts';
import { type Call, NONE } from '../call/call.ts';
import { notifySucceeded } from '../call/notify.ts';
import type { RetryAnswer } from '../decision/predicate.ts';
import { isSettleObserved } from '../events/hooks.ts';
import { applyTerms, BEGIN_OPTIONS, type BeginOptions, resolveTerms } from '../policy/call-options.ts';
import type { Policy, RetryOptions, Terms } from '../policy/options.ts';
import { resolveLibraryPolicy } from '../policy/resolve.ts';

/** Options of the policy of a library. There is no `on`, because the library classifies each error itself. */
export type LibraryOptions = Omit<RetryOptions, 'on'>;

/** A policy for a library that makes the first attempt of each call itself. */
export interface LibraryPolicy {
  /** The maximum number of attempts of a call, including the first. */
  readonly attempts: number;
  /** The timeout in ms. No attempt starts once this much time has passed since the first attempt started. */
  readonly timeout: number;
  /** The time limit of each attempt in ms, or Infinity for none. */
  readonly attemptTimeout: number;
  /** The deadline in ms, or Infinity for none. It can end the first attempt only if the call is made by `run`. */
  readonly deadline: number;
  /**
   * Begins a call. Use it right before the first attempt.
   *
   * @param options the options of this call
   * @throws the reason of a signal that is already aborted, and TypeError for options that are not allowed
   */
  begin(options?: BeginOptions): BegunCall;
}

/** A call that has begun. Its library uses either `run` or `retry`, and at most once. */
export interface BegunCall {
  /** The maximum number of attempts of this call. Test mode and `setActive` may have changed the policy's number. */
  readonly attempts: number;
  /**
   * Reports that the first attempt succeeded, so that `onSettle` hooks are called. While there are none, it does
   * nothing.
   */
  succeed(call: Pick<RetryableCall<unknown>, 'name'>): void;
  /**
   * Makes all attempts of the call, including the first, by calling `call.attempt`. Calls that have an
   * `attemptTimeout` or a `deadline` need it, because only then can core limit the first attempt.
   *
   * @returns a promise of the result of the attempt that succeeds. It rejects with the last error, with the reason of
   *   an aborted signal, or with an error of `classify` or `discard`
   * @throws TypeError if this call was run or handed over before, or if `call` lacks a method
   */
  run<Result>(call: RetryableCall<Result>): Promise<Awaited<Result>>;
  /**
   * Hands over a call whose first attempt failed with `error`. From then on core decides and waits, and `call` makes
   * the further attempts.
   *
   * @returns a promise of the result of the attempt that succeeds. It rejects with the last error, with the reason of
   *   an aborted signal, or with an error of `classify` or `discard`
   * @throws TypeError if this call was run or handed over before, or if `call` lacks a method
   */
  retry<Result>(error: unknown, call: RetryableCall<Result>): Promise<Awaited<Result>>;
}

/** One call of a library, with the functions that core needs to retry it. */
export interface RetryableCall<Result> {
  /** Makes an attempt. Called for each attempt, except for the first one of a call that is handed over by `retry`. */
  attempt(attempt: Attempt): Result;
  /** Decides whether to retry after `error`, as a predicate of `on` does. */
  classify(error: unknown): RetryAnswer | PromiseLike<RetryAnswer>;
  /** Decides whether to retry after an attempt that exceeded `attemptTimeout`. Without this method, it is retried. */
  classifyTimeout?(error: unknown): RetryAnswer | PromiseLike<RetryAnswer>;
  /** The name of the call in hooks, logs and metrics. Read only if someone listens and no option names the call. */
  readonly name?: string | undefined;
  /** Returns what hooks get in place of `error`, such as a copy without secrets. If it throws, hooks get that error. */
  report?(error: unknown): unknown;
  /**
   * Frees what a failed attempt holds, such as a connection. Called when a retry is certain, before hooks are called
   * and the wait begins. If it throws, the call ends with that error. It is not awaited, and a rejection is ignored.
   */
  discard?(error: unknown): void;
}

const calleeOf = (call: Call): RetryableCall<unknown> => call.callee as RetryableCall<unknown>;

const LIBRARY: AsyncForm = {
  nameOf: (call) => memberOf(call.callee, 'name') ?? 'anonymous',
  classify(call, error, isTimedOut) {
    const callee = calleeOf(call);
    if (!isTimedOut) return callee.classify(error);
    const classifyTimeout = memberOf(callee, 'classifyTimeout');
    return classifyTimeout ? classifyTimeout.call(callee, error) : true;
  },
  report(call, error) {
    const report = memberOf(call.callee, 'report');
    return report ? report.call(call.callee, error) : error;
  },
  discard({ callee }, error) {
    const discard = memberOf(callee, 'discard');
    return discard ? discard.call(callee, error) : undefined;
  },
  retry: (call) => call.follow(attempt),
};

function attempt(call: AsyncCall): unknown {
  return calleeOf(call).attempt(call.newAttempt());
}

/**
 * Makes a policy for a library, such as a client of a database or of gRPC. The library makes the first attempt of each
 * call itself, and hands over those calls that fail. A call that succeeds costs next to nothing.
 *
 * @param options the options of `retry`, without `on`. Default: the defaults of `retry`
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const policy = libraryPolicy({ attempts: 4 });
 *
 * async function query(sql: string): Promise<Rows> {
 *   const begun = policy.begin();
 *   const call = { attempt: () => send(sql), classify: isConnectionLost, name: 'query' };
 *   try {
 *     const rows = await send(sql);
 *     begun.succeed(call);
 *     return rows;
 *   } catch (error) {
 *     return begun.retry(error, call);
 *   }
 * }
 */
export function libraryPolicy(options: LibraryOptions = {}): LibraryPolicy {
  const policy = resolveLibraryPolicy(options);
  const { attempts, timeout, attemptTimeout, deadline } = policy;
  return {
    attempts,
    timeout,
    attemptTimeout,
    deadline,
    begin: (own) => new LibraryCall(policy, resolveTerms(policy, own, BEGIN_OPTIONS)),
  };
}

/** One call of a library. As long as nothing fails, this is the only object that the call needs. */
class LibraryCall implements BegunCall {
  readonly #policy: Policy;
  readonly #terms: Terms;
  readonly #startedAtMs: number | undefined;
  readonly #giveUpsBefore: number;
  #isHandedOver = false;

  constructor(given: Policy, terms: Terms) {
    const { policy, startedAtMs, giveUpsBefore } = begin(given, terms);
    this.#policy = policy;
    this.#terms = terms;
    this.#startedAtMs = startedAtMs;
    this.#giveUpsBefore = giveUpsBefore;
  }

  get attempts(): number {
    return this.#policy.attempts;
  }

  succeed(call: Pick<RetryableCall<unknown>, 'name'>): void {
    if (isSettleObserved(this.#policy)) notifySucceeded(this.#newCall(call, undefined));
  }

  run<Result>(call: RetryableCall<Result>): Promise<Awaited<Result>> {
    return this.#handOver(undefined, call).start(attempt) as Promise<Awaited<Result>>;
  }

  retry<Result>(error: unknown, call: RetryableCall<Result>): Promise<Awaited<Result>> {
    const failed = this.#handOver(error, call);
    // The promise adopts `failed`, which is a thenable.
    return new Promise((resolve) => resolve(failed as unknown as Awaited<Result>));
  }

  #handOver(error: unknown, call: RetryableCall<unknown>): AsyncCall {
    if (this.#isHandedOver) {
      throw new TypeError('this call has been handed over already; begin a new one for each call');
    }
    if (!hasMethods(call, 'attempt', 'classify')) {
      throw invalid('call', 'an object with the methods attempt and classify', call);
    }
    this.#isHandedOver = true;
    return this.#newCall(call, error);
  }

  #newCall(call: object, error: unknown): AsyncCall {
    const policy = applyTerms(this.#policy, this.#terms);
    return new AsyncCall(policy, this.#startedAtMs, this.#giveUpsBefore, LIBRARY, call, undefined, NONE, error);
  }
}
