import { FETCH_MESSAGES, headerOf } from '@stamina/network';
import { judgeResponse } from './http.ts';
import { type Answer, answer, type Fields, type Finding, isKind, judgeConnection, lookUp, type Rows } from './walk.ts';

/** The statuses that OpenAI, Anthropic and the proxies before them add to those of HTTP: https://platform.claude.com/docs/en/api/errors */
const STATUSES: Rows = {
  // Another request holds a lock. [seen]
  409: 'conflict',
  // A proxy has no answer from the server. [manual]
  520: 'unavailable',
  // A proxy finds the server down. [manual]
  521: 'unavailable',
  // A proxy could not connect to the server in time. [manual]
  522: 'unavailable',
  // A proxy cannot reach the server. [manual]
  523: 'unavailable',
  // A proxy did not receive an answer in time. [manual]
  524: 'unavailable',
  // Anthropic is overloaded. [seen]
  529: 'throttled',
};

/** The types and codes of errors in bodies and streams: https://platform.openai.com/docs/guides/error-codes */
const TYPES: Rows = {
  // There is no money left, which does not change by itself. The status is 429. [seen]
  insufficient_quota: 'never',
  // OpenAI: the limit of the account is reached. The status is 429. [manual]
  billing_hard_limit_reached: 'never',
  // Anthropic: the server is overloaded. [seen]
  overloaded_error: 'throttled',
  // Anthropic: there are too many requests. [seen]
  rate_limit_error: 'throttled',
  // OpenAI: there are too many requests or tokens. [seen]
  rate_limit_exceeded: 'throttled',
  // Anthropic: the server failed. [seen]
  api_error: 'unavailable',
  // Anthropic: the request took too long. [manual]
  timeout_error: 'unavailable',
  // OpenAI: the server failed. [seen]
  server_error: 'unavailable',
};

/** The messages of the clients, whose errors have no code: https://github.com/openai/openai-node#handling-errors */
const MESSAGES: Rows = {
  // The server did not answer within `timeout`. [seen]
  'Request timed out.': 'unavailable',
  // The caller cancelled the request. [seen]
  'Request was aborted.': 'never',
};

function judge(error: Fields): Finding {
  const status = error.status ?? error.statusCode;
  if (typeof status === 'number' && status >= 400) return judgeAnswer(error, status);
  // An error in the middle of a stream has no such status.
  const type = judgeType(error.error?.error ?? error);
  if (type) return type;
  const { message } = error;
  if (FETCH_MESSAGES.has(message)) return 'unavailable';
  return lookUp(MESSAGES, message) ?? judgeConnection(error);
}

/** Judges the answer of the server. The AI SDK keeps the body in `data`, and the client of Anthropic in `error`. */
function judgeAnswer(error: Fields, status: number): Finding {
  if (judgeType(error.data?.error ?? error.error?.error ?? error) === 'never') return 'never';
  const headers = error.headers ?? error.responseHeaders;
  // OpenAI and Anthropic say in this header whether a retry helps, and both clients obey it.
  const advice = headerOf(headers, 'x-should-retry');
  if (advice === 'false') return 'never';
  const found = judgeResponse(status, headers, STATUSES);
  return found === 'never' && advice === 'true' ? 'unavailable' : found;
}

/** Judges an error by the code and the type in the body. */
function judgeType(body: Fields): Finding {
  return lookUp(TYPES, body.code) ?? lookUp(TYPES, body.type);
}

/** Returns whether another request holds a lock. Nothing happened, so the request can be repeated. */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the server failed. The request may have been executed and charged.
 * Returns `{ atLeast }`, in ms, instead of `true` if the server says when to come back.
 */
export function isUnavailable(error: unknown): Answer {
  return answer(error, judge, 'unavailable');
}

/**
 * Returns whether the server received too many requests or is overloaded. Returns false if there is no money left.
 * Returns `{ atLeast }`, in ms, instead of `true` if the server says when to come back.
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
