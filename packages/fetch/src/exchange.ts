import { type Attempt, isTesting, type RetryCall } from '@stamina/core';
import type { FetchResponse } from './http-status-error.ts';
import { complaint } from './invalid.ts';
import type { FetchLike, Settings } from './options.ts';
import { Refusal } from './refusal.ts';
import type { OutgoingRequest } from './request.ts';
import { parseRetryAfter } from './retry-after.ts';
import { isNeverSent, isTransient } from './transient.ts';

/** `setTimeout` fires at once for what is longer: 24 days, for an attempt as good as none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const NOBODY: readonly AbortSignal[] = [];

/**
 * The runtime's own `fetch` ends a request whose answer's body is cancelled (Fetch standard, "HTTP-network fetch"), and
 * so needs no signal for that, which would be the dearest part of a call. Another one may have cloned the answer, and
 * Bun up to 1.3 reads an endless one on.
 */
const ENDS_BY_CANCEL: FetchLike | undefined = 'Bun' in globalThis ? undefined : globalThis.fetch;

/** One call: a request, and what comes back attempt by attempt. Core decides on all of it. */
export class Exchange {
  readonly #settings: Settings;
  readonly #fetch: FetchLike;
  readonly #request: OutgoingRequest;
  /** What may end the call. */
  readonly #callers: readonly AbortSignal[];
  /** Of the newest attempt, where it may have to be aborted. */
  #controller: AbortController | undefined;
  #num = 0;
  #timedOut = false;
  /** The newest. */
  #refusal: Refusal | undefined;

  constructor(settings: Settings, fetch: FetchLike, request: OutgoingRequest) {
    this.#settings = settings;
    this.#fetch = fetch;
    this.#request = request;
    this.#callers =
      request.signal || settings.signal
        ? [request.signal, settings.signal].filter((signal) => signal !== undefined)
        : NOBODY;
  }

  async run(): Promise<FetchResponse> {
    const call = this.#begin();
    let failure: unknown;
    try {
      const response = await this.#send(1);
      const refusal = this.#refuse(response);
      if (!refusal) return response;
      failure = refusal;
    } catch (error) {
      failure = error;
    }
    try {
      return await this.#retry(call, failure);
    } catch (error) {
      return this.#giveUp(error);
    }
  }

  /** Throws the reason of an abort that came before, and what the user's functions throw. */
  #begin(): RetryCall {
    const { policy, budgetOf, nameOf } = this.#settings;
    const { signal } = this.#request;
    try {
      const budget = budgetOf(this.#request);
      const name = nameOf?.(this.#request);
      return policy.begin(signal || budget || nameOf ? { signal, budget, name } : undefined);
    } catch (error) {
      this.#request.abandon(error);
      throw error;
    }
  }

  /** Goes on after the first attempt. */
  #retry(call: RetryCall, error: unknown): Promise<FetchResponse> {
    const { on, named } = this.#settings;
    const judge = (error: unknown) => this.#judge(error);
    return call.fail(error, (attempt) => this.#attempt(attempt), {
      name: named ? undefined : this.#request.name,
      // The user's own is asked last, and never for what must not be sent twice.
      on: on && this.#isRepeatable() ? [judge, ...(Array.isArray(on) ? on : [on])] : judge,
    });
  }

  async #attempt({ num }: Attempt): Promise<FetchResponse> {
    await this.#refusal?.released;
    const response = await this.#send(num);
    const refusal = this.#refuse(response);
    if (refusal) throw refusal;
    return response;
  }

  #send(num: number): Promise<FetchResponse> {
    const { attempts, attemptTimeoutMs } = this.#settings;
    const isTimed = attemptTimeoutMs <= LONGEST_TIMER_MS;
    this.#num = num;
    // A test may ask for more attempts than the options do.
    const last = num >= attempts && !isTesting();
    try {
      const signal = this.#newSignal(isTimed);
      return Promise.resolve(
        isTimed ? this.#sendWithin(attemptTimeoutMs, signal, last) : this.#request.send(this.#fetch, signal, last),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Bounds the time until the headers are here; the body may take as long as it needs. */
  async #sendWithin(ms: number, signal: AbortSignal | undefined, last: boolean): Promise<FetchResponse> {
    this.#timedOut = false;
    const timer = setTimeout(() => {
      this.#timedOut = true;
      this.#controller?.abort(new DOMException(`no answer within the \`attemptTimeout\` of ${ms} ms`, 'TimeoutError'));
    }, ms);
    try {
      return await this.#request.send(this.#fetch, signal, last);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Of the attempt and the caller, for as long as the body lives: so not core's, which ends with the attempt. */
  #newSignal(isTimed: boolean): AbortSignal | undefined {
    if (!isTimed && this.#callers.length === 0 && this.#fetch === ENDS_BY_CANCEL) return undefined;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    return this.#callers.length > 0 ? AbortSignal.any([...this.#callers, signal]) : signal;
  }

  /** What makes core retry a response; `undefined` where it is let through. */
  #refuse(response: FetchResponse): Refusal | undefined {
    if (!response?.headers) {
      throw new TypeError(complaint('fetch', 'a function that returns a Response', response, 'is a mock not set up?'));
    }
    this.#refusal = this.#isRepeatable() ? this.#refusalOf(response) : undefined;
    if (!this.#refusal) this.#request.finish();
    return this.#refusal;
  }

  #refusalOf(response: FetchResponse): Refusal | undefined {
    const { status, headers } = response;
    const isRetried = this.#settings.statuses.has(status);
    if (!isRetried && status !== 413) return undefined;
    const retryAfter = parseRetryAfter(headers, Date.now());
    // RFC 9110, section 15.5.14: with `Retry-After`, the server says that it is too large for now only.
    if (!isRetried && retryAfter === undefined) return undefined;
    return new Refusal(response, retryAfter, this.#request, this.#controller);
  }

  #isRepeatable(): boolean {
    return this.#request.repeatable && this.#request.replayable;
  }

  #judge(error: unknown): boolean | { readonly atLeast: number } {
    const aborted = this.#callers.find((signal) => signal.aborted);
    if (aborted) {
      // Core ends the call whatever the answer is. This one keeps the user's own hook from being asked, and counts as
      // giving up only where something was retried before.
      if (this.#num > 1) return true;
      throw aborted.reason;
    }
    const { repeatable, replayable } = this.#request;
    if (!replayable) return false;
    if (error instanceof Refusal) return error.retryAfter === undefined || { atLeast: error.retryAfter };
    if (this.#timedOut) return repeatable;
    return (
      isTransient(error) && (repeatable || isNeverSent(error, this.#request.url as URL)) && this.#request.isValid()
    );
  }

  /** What the call ends with: the last answer, or the last error. */
  #giveUp(error: unknown): FetchResponse | Promise<FetchResponse> {
    this.#request.finish();
    if (error instanceof Refusal) return error.restore();
    throw error;
  }
}
