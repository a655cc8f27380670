import { judgeResponse } from './http.ts';
import { type Answer, answer, type Fields, type Finding, isKind, judgeConnection, lookUp, type Rows } from './walk.ts';

/** The codes of axios: https://axios-http.com/docs/handling_errors */
const CODES: Rows = {
  // The request failed without a response, in a browser or for an unknown reason. [manual]
  ERR_NETWORK: 'unavailable',
  // The request took longer than `timeout`. It is ETIMEDOUT with `transitional.clarifyTimeoutError`. [seen]
  ECONNABORTED: 'unavailable',
  // The caller cancelled the request. [seen]
  ERR_CANCELED: 'never',
};

function judge(error: Fields): Finding {
  const { response } = error;
  return judgeResponse(response?.status, response?.headers) ?? lookUp(CODES, error.code) ?? judgeConnection(error);
}

/**
 * Returns false, because no status of HTTP says that nothing happened. This predicate exists because all clients have
 * the same predicates.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the server failed. The request may have been executed, so repeat only
 * what is idempotent. Returns `{ atLeast }`, in ms, instead of `true` if the server says when to come back.
 */
export function isUnavailable(error: unknown): Answer {
  return answer(error, judge, 'unavailable');
}

/**
 * Returns whether the server received too many requests. Returns `{ atLeast }`, in ms, instead of `true` if the server
 * says when to come back.
 */
export function isThrottled(error: unknown): Answer {
  return answer(error, judge, 'throttled');
}

/**
 * Returns whether an error is worth a retry, because it is a conflict, or because the server is unavailable or
 * throttles. Returns `{ atLeast }`, in ms, instead of `true` if the server says when to come back.
 */
export function isTransient(error: unknown): Answer {
  return answer(error, judge);
}
