import { isNeverSent, isTransient } from './errors/transient.ts';
import { parseRetryAfter } from './response/retry-after.ts';

/*
 * Decides what is retried. The rules are in this file alone. Its functions are pure: they read no clock, send nothing
 * and change nothing.
 */

/** The facts about a request that count. */
interface RequestFacts {
  /** Tells whether the request may arrive more than once: its method or its key allows that. */
  readonly isRepeatable: boolean;
  /** Tells whether the whole request can be sent once more, the body included. */
  readonly isReplayable: boolean;
  readonly url: URL | undefined;
  /** Tells whether `fetch` accepts the request. This is called last, because it takes longest. */
  isValid(): boolean;
}

/** The facts about a response that count. */
interface ResponseFacts {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** An attempt that ended without a response. */
interface Failure {
  readonly error: unknown;
  /** Tells whether a signal of the caller was aborted. */
  readonly isAborted: boolean;
  /** Tells whether the attempt took longer than `attemptTimeout`. */
  readonly isTimedOut: boolean;
}

/**
 * Decides on a response. `'pass on'` hands it to the caller. `'retry'` retries after the usual backoff. A number retries
 * too, but not before that many ms.
 */
export function decideOnResponse(
  response: ResponseFacts,
  request: RequestFacts,
  statuses: ReadonlySet<number>,
  nowMs: number,
): 'pass on' | 'retry' | number {
  const isListed = statuses.has(response.status);
  if (!isListed && response.status !== 413) return 'pass on';
  if (!request.isRepeatable || !request.isReplayable) return 'pass on';
  // A 413 with `Retry-After` says that the request is too large only for now (RFC 9110, section 15.5.14).
  return parseRetryAfter(response.headers, nowMs) ?? (isListed ? 'retry' : 'pass on');
}

/**
 * Decides on a failure. `'pass on'` hands the error to the caller. `'retry'` retries after the usual backoff. `'ask on'`
 * leaves the decision to the user's `on`.
 */
export function decideOnFailure(
  { error, isAborted, isTimedOut }: Failure,
  request: RequestFacts,
): 'pass on' | 'retry' | 'ask on' {
  // Core ends the call of an aborted caller anyway. The user's `on` must not be called for it.
  if (isAborted || !request.isReplayable) return 'pass on';
  const { isRepeatable } = request;
  if (isTimedOut) return isRepeatable ? 'retry' : 'pass on';
  // A request that is replayable has a URL.
  const isSafe = isRepeatable || isNeverSent(error, request.url as URL);
  if (isSafe && isTransient(error) && request.isValid()) return 'retry';
  return isRepeatable ? 'ask on' : 'pass on';
}
