import type { RetryAnswer } from '@stamina/core';
import { headerOf, parseRetryAfter } from '@stamina/network';
import { isNeverSent, isTransient } from './errors/transient.ts';

/*
 * All rules about what is retried are in this file. Its functions are pure, which means that they read no clock, send
 * nothing and change nothing.
 */

/** The facts about a request that decisions depend on. */
interface RequestFacts {
  /** True if the request may arrive more than once, because of its method or its idempotency key. */
  readonly isRepeatable: boolean;
  /** True if the whole request can be sent again, including its body. */
  readonly isReplayable: boolean;
  readonly method: string;
  readonly url: URL | undefined;
  /** Returns whether `fetch` accepts the request. It is called last, because it is slow. */
  isValid(): boolean;
}

/** The facts about a response that decisions depend on. */
interface ResponseFacts {
  readonly status: number;
  readonly headers?: unknown;
}

/** An attempt that ended without a response. */
interface Failure {
  readonly error: unknown;
  /** True if a signal of the caller is aborted. */
  readonly isAborted: boolean;
  /** True if the attempt took longer than `attemptTimeout`. */
  readonly isTimedOut: boolean;
}

/**
 * Decides whether to retry after a response.
 *
 * @param nowMs the current time, in ms since 1970
 * @param asked the answer of the user's `shouldRetry`, or `undefined` to leave the decision to the headers and the list
 *   of statuses
 * @returns `false` to give the response to the caller. Any other answer tells core when to retry
 */
export function decideOnResponse(
  { status, headers }: ResponseFacts,
  request: RequestFacts,
  statuses: ReadonlySet<number>,
  nowMs: number,
  asked: RetryAnswer | undefined,
): RetryAnswer {
  const isListed = statuses.has(status);
  // Most successful responses end here. Reading no header keeps that fast.
  if (asked === undefined && !isListed && !(status >= 400)) return false;
  if (!request.isRepeatable || !request.isReplayable) return false;
  if (asked !== undefined && asked !== true) return asked;
  const waitMs = parseRetryAfter(headers, status, nowMs);
  // OpenAI and Anthropic send this header.
  const hint = headerOf(headers, 'x-should-retry');
  // A 413 with `Retry-After` says that the request is too large only for now (RFC 9110, section 15.5.14).
  const isRetried =
    asked ?? (hint === 'true' || (hint !== 'false' && (isListed || (status === 413 && waitMs !== undefined))));
  if (!isRetried || waitMs === undefined) return isRetried;
  // A 429 that says when to come back is a rate limit, not an outage. A retry that waits until then adds no load that
  // the server did not allow, so it is not charged to the budget.
  return { atLeast: waitMs, budget: status === 429 && waitMs > 0 ? false : undefined };
}

/**
 * Decides whether to retry after a failure.
 *
 * @returns `'pass on'` to give the error to the caller, `'retry'` to retry after the usual backoff, or `'ask on'` to
 *   leave the decision to the user's `on`
 */
export function decideOnFailure(
  { error, isAborted, isTimedOut }: Failure,
  request: RequestFacts,
): 'pass on' | 'retry' | 'ask on' {
  // Core ends an aborted call anyway, so the user's `on` must not be called.
  if (isAborted || !request.isReplayable) return 'pass on';
  const { isRepeatable } = request;
  if (isTimedOut) return isRepeatable ? 'retry' : 'pass on';
  // A request that is replayable has a URL.
  const isSafe = isRepeatable || isNeverSent(error, request as RequestFacts & { url: URL });
  if (isSafe && isTransient(error) && request.isValid()) return 'retry';
  return isRepeatable ? 'ask on' : 'pass on';
}
