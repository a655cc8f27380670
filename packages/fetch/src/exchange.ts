import { type Attempt, isTesting, type RetryCall, type RetryDetails } from '@stamina/core';
import { type FetchResponse, HttpStatusError } from './http-status-error.ts';
import { complaint } from './invalid.ts';
import type { FetchLike, Settings } from './options.ts';
import { type Remains, release, restore } from './release.ts';
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

/** Whose answer is to be retried: core tells its retry hooks right after it has asked about the error, and of no more than that. */
let judged: Exchange | undefined;

/** Begins to release an answer as soon as it is certain that a retry follows: that goes on while the retry waits. */
export function releaseBeforeRetry({ causedBy }: RetryDetails): void {
  judged?.release(causedBy);
  judged = undefined;
}

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
  #rejected: HttpStatusError | undefined;
  #released: Promise<Remains> | undefined;

  constructor(settings: Settings, fetch: FetchLike, request: OutgoingRequest) {
    this.#settings = settings;
    this.#fetch = fetch;
    this.#request = request;
    this.#callers =
      request.signal || settings.signal
        ? [request.signal, settings.signal].filter((signal) => signal !== undefined)
        : NOBODY;
  }

  run(): Promise<FetchResponse> {
    const call = this.#begin();
    return this.#send(1).then(
      (response) => {
        const error = this.#refuse(response);
        return error ? this.#retry(call, error) : response;
      },
      (error: unknown) => this.#retry(call, error),
    );
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
    return call
      .fail(error, (attempt) => this.#attempt(attempt), {
        name: named ? undefined : this.#request.name,
        // The user's own is asked last, and never for what must not be sent twice.
        on:
          on && this.#request.replayable && this.#request.repeatable
            ? [judge, ...(Array.isArray(on) ? on : [on])]
            : judge,
      })
      .then(undefined, (error: unknown) => this.#giveUp(error));
  }

  /** Lets go of the answer that `error` tells of, if it is the one that is retried. */
  release(error: unknown): void {
    if (this.#rejected && error === this.#rejected) {
      this.#released ??= release(this.#rejected.response, this.#controller);
    }
  }

  async #attempt({ num }: Attempt): Promise<FetchResponse> {
    // Already begun, unless there was nobody to tell of the retry.
    this.release(this.#rejected);
    if (this.#released) await this.#released;
    this.#rejected = this.#released = undefined;
    const response = await this.#send(num);
    const error = this.#refuse(response);
    if (error) throw error;
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
  #refuse(response: FetchResponse): HttpStatusError | undefined {
    if (!response?.headers) {
      throw new TypeError(complaint('fetch', 'a function that returns a Response', response, 'is a mock not set up?'));
    }
    if (!this.#isRetried(response) || !this.#request.repeatable || !this.#request.replayable) {
      this.#request.finish();
      return undefined;
    }
    const retryAfter = parseRetryAfter(response.headers, Date.now());
    this.#rejected = new HttpStatusError(`${this.#request.name} answered ${response.status}`, response, retryAfter);
    return this.#rejected;
  }

  #isRetried({ status, headers }: FetchResponse): boolean {
    // RFC 9110, section 15.5.14: with `Retry-After`, the server says that it is too large for now only.
    return (
      this.#settings.statuses.has(status) || (status === 413 && parseRetryAfter(headers, Date.now()) !== undefined)
    );
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
    if (error instanceof HttpStatusError && error === this.#rejected) {
      judged = this;
      return error.retryAfter === undefined || { atLeast: error.retryAfter };
    }
    if (this.#timedOut) return repeatable;
    return (
      isTransient(error) && (repeatable || isNeverSent(error, this.#request.url as URL)) && this.#request.isValid()
    );
  }

  /** What the call ends with: the last answer, or the last error. */
  #giveUp(error: unknown): FetchResponse | Promise<FetchResponse> {
    judged = undefined;
    this.#request.finish();
    const response = this.#rejected?.response;
    if (!response || error !== this.#rejected) throw error;
    // Core found only after the wait that there is no time left.
    return this.#released ? this.#released.then((remains) => restore(response, remains)) : response;
  }
}
