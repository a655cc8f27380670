import { judgeResponse, withWait } from './http.ts';
import { type Answer, answer, type Fields, type Finding, isKind, judgeConnection, lookUp, type Rows } from './walk.ts';

/** The names of errors of AWS: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const NAMES: Rows = {
  // Another transaction of DynamoDB works on the same item. [manual]
  TransactionConflictException: 'conflict',
  // S3: another request works on the same object. [seen]
  OperationAborted: 'conflict',
  // S3: another request changed the same object. [seen]
  ConditionalRequestConflict: 'conflict',
  // The request took too long. [seen]
  RequestTimeout: 'unavailable',
  // The request took too long. [manual]
  RequestTimeoutException: 'unavailable',
  // The service did not answer within the time that the request handler allows. [seen]
  TimeoutError: 'unavailable',
  // The service failed. [seen]
  InternalError: 'unavailable',
  // The service failed. [manual]
  InternalServerError: 'unavailable',
  // The service cannot serve for now. [seen]
  ServiceUnavailable: 'unavailable',
  // Too much data is transferred. [manual]
  BandwidthLimitExceeded: 'throttled',
  // EC2 received too many requests. [manual]
  EC2ThrottledException: 'throttled',
  // There are too many requests, or too much of something. The SDK counts it as throttling. [manual]
  LimitExceededException: 'throttled',
  // Route 53 has not finished an earlier request. [manual]
  PriorRequestNotComplete: 'throttled',
  // DynamoDB or Kinesis received more requests than are provisioned. [manual]
  ProvisionedThroughputExceededException: 'throttled',
  // There are too many requests. [manual]
  RequestLimitExceeded: 'throttled',
  // There are too many requests. [manual]
  RequestThrottled: 'throttled',
  // There are too many requests. [manual]
  RequestThrottledException: 'throttled',
  // S3 received too many requests. [seen]
  SlowDown: 'throttled',
  // There are too many requests. [manual]
  ThrottledException: 'throttled',
  // There are too many requests. [seen]
  Throttling: 'throttled',
  // There are too many requests. [seen]
  ThrottlingException: 'throttled',
  // There are too many requests. [manual]
  TooManyRequestsException: 'throttled',
  // DynamoDB executes a transaction with the same token. [manual]
  TransactionInProgressException: 'throttled',
};

function judge(error: Fields): Finding {
  const { $metadata, $response } = error;
  // The reason of `AbortSignal.timeout` has the same name as a timeout of the SDK, but also a number as its code.
  const name = typeof error.code === 'number' ? undefined : error.name;
  const kind = lookUp(NAMES, name) ?? judgeTrait(error.$retryable);
  if (kind) return withWait(kind, { headers: $response?.headers });
  return judgeResponse($metadata?.httpStatusCode, $response?.headers) ?? judgeConnection(error);
}

/** Judges the trait `$retryable`, with which the model of a service marks the errors that may go away by themselves. */
function judgeTrait(trait: Fields | undefined): 'throttled' | 'unavailable' | undefined {
  if (!trait) return undefined;
  return trait.throttling ? 'throttled' : 'unavailable';
}

/**
 * Returns whether another request or transaction works on the same item. Nothing happened, so the request can be
 * repeated.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the service failed. The request may have been executed, so repeat only
 * what is idempotent. Returns `{ atLeast }`, in ms, instead of `true` if the server says when to come back.
 */
export function isUnavailable(error: unknown): Answer {
  return answer(error, judge, 'unavailable');
}

/**
 * Returns whether the service received too many requests. Returns `{ atLeast }`, in ms, instead of `true` if the server
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
