import type { Attempt, RetryAnswer } from '@stamina/core';
import type { BegunCall, RetryableCall } from '@stamina/core/library';
import { retryAfterOf } from '@stamina/network';
import { decideOnFailure, decideOnResponse } from './decide.ts';
import { listenToUndici } from './errors/undici.ts';
import type { ResolvedOptions } from './options/resolve.ts';
import { readBody } from './read-body.ts';
import type { FetchLike } from './request/init.ts';
import { ENDS_BY_CANCEL, NATIVE_FETCH } from './request/native-fetch.ts';
import type { OutgoingRequest } from './request/request.ts';
import { acceptsSignal, forwardSignal, joinSignals, listSignals } from './request/signal.ts';
import { unlessAborted } from './request/unless-aborted.ts';
import { discardResponse } from './response/discard.ts';
import { checkResponse, type FetchResponse } from './response/http-status-error.ts';
import { RetryableResponse } from './response/retryable-response.ts';
import { askShouldRetry } from './should-retry.ts';

/**
 * One call of a retrying fetch. It makes the first attempt itself, and hands the call over to core if that attempt
 * fails. It is also the `RetryableCall` that core then uses, so that a call needs no closures.
 */
export class FetchCall implements RetryableCall<Promise<FetchResponse>> {
  readonly #options: ResolvedOptions;
  readonly #fetch: FetchLike;
  readonly #request: OutgoingRequest;
  /** The signals of the request and of the options. */
  readonly #signals: readonly AbortSignal[];
  /** The maximum number of attempts of this call, including the first. */
  #attempts = 1;
  /** The controller of the newest attempt, or `undefined` if attempts need no signal of their own. */
  #controller: AbortController | undefined;
  /** The signal by which core limits the newest attempt, or `undefined` if there is no limit. */
  #limit: AbortSignal | undefined;
  /** The answer of `shouldRetry` about the newest response. */
  #asked: RetryAnswer | undefined;
  /** The wait that a response requested before its body broke off, in ms. */
  #floorMs: number | undefined;
  /** The newest response that will be retried. */
  #retryable: RetryableResponse | undefined;

  constructor(options: ResolvedOptions, fetch: FetchLike, request: OutgoingRequest) {
    this.#options = options;
    this.#fetch = fetch;
    this.#request = request;
    this.#signals = listSignals(request.signal, options.signal);
  }

  /** Makes the call. Resolves with the last response, or rejects with the last error or the reason of an abort. */
  async run(): Promise<FetchResponse> {
    const begun = this.#begin();
    // A request that must not be repeated can be retried only if it was never sent, which undici reports.
    const isUnsafe = !this.#request.isRepeatable && this.#request.isReplayable;
    if (isUnsafe) listenToUndici(true);
    try {
      if (this.#options.isLimited) return await begun.run(this);
      let failure: unknown;
      try {
        const response = await this.#send(1);
        const retryable = this.#receive(response);
        if (!retryable) {
          begun.succeed(this);
          return this.#request.passOn(response);
        }
        failure = retryable;
      } catch (error) {
        failure = error;
      }
      return await begun.retry(failure, this);
    } catch (error) {
      this.#request.cancelNext();
      if (error instanceof RetryableResponse) return this.#request.passOn(await error.restore());
      throw error;
    } finally {
      if (isUnsafe) listenToUndici(false);
    }
  }

  /**
   * Makes an attempt. Core calls this from the second attempt on, and from the first one on if attempts are limited.
   */
  async attempt(attempt: Attempt): Promise<FetchResponse> {
    await this.#retryable?.discarded;
    if (this.#options.isLimited) this.#limit = attempt.signal;
    const response = await this.#send(attempt.num);
    const retryable = this.#receive(response);
    if (retryable) throw retryable;
    return this.#request.passOn(response);
  }

  /** Decides whether to retry after an attempt that failed. Core calls this. */
  classify(failure: unknown, isTimedOut = false): RetryAnswer | PromiseLike<RetryAnswer> {
    if (failure instanceof RetryableResponse) return failure.answer;
    const isAborted = this.#signals.some(({ aborted }) => aborted);
    const decision = decideOnFailure({ error: failure, isAborted, isTimedOut }, this.#request);
    const { on } = this.#options;
    if (decision === 'ask on' && on) return on(failure);
    return decision === 'retry' && (this.#floorMs === undefined || { atLeast: this.#floorMs });
  }

  /** Decides whether to retry after an attempt that took longer than `attemptTimeout`. */
  classifyTimeout(failure: unknown): RetryAnswer | PromiseLike<RetryAnswer> {
    return this.classify(failure, true);
  }

  get name(): string {
    return this.#request.name;
  }

  report(failure: unknown): unknown {
    return failure instanceof RetryableResponse ? failure.error : failure;
  }

  discard(failure: unknown): void {
    if (failure instanceof RetryableResponse) failure.discard();
    this.#request.destroyStream();
  }

  /**
   * Begins the call in core. Throws the reason of a signal that is already aborted, and any error of the functions for
   * budgets and names.
   */
  #begin(): BegunCall {
    const { policyOf, budgetOf, nameOf } = this.#options;
    const { signal } = this.#request;
    try {
      const budget = budgetOf?.(this.#request);
      const name = nameOf?.(this.#request);
      const policy = policyOf(this.#request);
      const begun = policy.begin(signal || budget || nameOf ? { signal, budget, name } : undefined);
      this.#attempts = begun.attempts;
      return begun;
    } catch (error) {
      this.#request.cancel(error);
      throw error;
    }
  }

  /**
   * Sends the request once. Like the user's `fetch`, it may throw instead of rejecting. Ends the attempt when its
   * signal is aborted, even if the user's `fetch` ignores the signal, as many mocks do.
   */
  #send(num: number): Promise<FetchResponse> {
    const signal = this.#newSignal();
    const isNative = this.#fetch === NATIVE_FETCH;
    // Our own signal is left out if `fetch` would refuse it. A signal of the caller is never left out. If `fetch`
    // refuses it, that is what a bare `fetch` does too.
    const isOurs = signal && !isNative && this.#signals.length === 0;
    const accepted = isOurs && !acceptsSignal(signal) ? undefined : signal;
    const sent = this.#request.send(this.#fetch, accepted, num >= this.#attempts);
    const isUnlimited = !signal || isNative || (isOurs && !this.#limit);
    const received = isUnlimited ? sent : unlessAborted(sent, signal, discardResponse);
    return this.#options.inspects ? this.#inspect(received, signal) : received;
  }

  /** Waits for a response. Then reads its body if there is a `readBody`, and calls `shouldRetry` if there is one. */
  async #inspect(sent: Promise<FetchResponse>, signal: AbortSignal | undefined): Promise<FetchResponse> {
    const { readBody: maxBytes, shouldRetry } = this.#options;
    this.#asked = this.#floorMs = undefined;
    let response = await sent;
    checkResponse(response);
    try {
      if (maxBytes !== undefined) response = await readBody(response, maxBytes, signal);
      if (shouldRetry) this.#asked = await askShouldRetry(shouldRetry, response, this.#request, signal);
      return response;
    } catch (error) {
      this.#floorMs = retryAfterOf(response.headers, response.status);
      void discardResponse(response, this.#controller);
      throw error;
    }
  }

  /**
   * Combines the caller's signals with one of our own. If nothing needs a signal of our own, forwards the caller's
   * signal, or returns `undefined` if the caller has none. The signal of core's `Attempt` is not enough. Nothing aborts
   * it once the attempt has settled, but the body may still be streaming.
   */
  #newSignal(): AbortSignal | undefined {
    const limit = this.#limit;
    const [signal, second] = this.#signals;
    // `shouldRetry` may leave a clone unread, and then cancelling the body is not enough to end the request.
    const endsByCancel = this.#fetch === ENDS_BY_CANCEL && !this.#options.shouldRetry;
    if (!limit && !second && endsByCancel) return signal && forwardSignal(signal);
    const controller = new AbortController();
    this.#controller = controller;
    limit?.addEventListener('abort', () => controller.abort(limit.reason));
    return signal ? joinSignals(this.#signals, controller) : controller.signal;
  }

  /** Returns a `RetryableResponse` if a response is to be retried, or `undefined` if the caller should get it. */
  #receive(response: FetchResponse): RetryableResponse | undefined {
    checkResponse(response);
    const answer = decideOnResponse(response, this.#request, this.#options.statuses, Date.now(), this.#asked);
    if (answer === false) {
      this.#request.cancelNext();
      return undefined;
    }
    this.#retryable = new RetryableResponse(response, answer, this.#request, this.#controller);
    return this.#retryable;
  }
}
