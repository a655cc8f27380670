import { type Answer, answer, type Fields, type Finding, isKind, judgeConnection, lookUp, type Rows } from './walk.ts';

/** The labels that the server and the driver give errors: https://www.mongodb.com/docs/manual/core/transactions-in-applications */
const LABELS: Rows = {
  // The transaction was not committed, and can be repeated as a whole. [manual]
  TransientTransactionError: 'conflict',
  // Nobody knows whether the transaction was committed. Repeat the commit alone. [manual]
  UnknownTransactionCommitResult: 'unavailable',
  // The server is overloaded, and did nothing. [manual]
  SystemOverloadedError: 'throttled',
  // The write can be repeated. The driver does so once. [manual]
  RetryableWriteError: 'unavailable',
};

/** The names of errors of the driver: https://mongodb.github.io/node-mongodb-native */
const NAMES: Rows = {
  // The connection was lost, or could not be opened. [seen]
  MongoNetworkError: 'unavailable',
  // The server did not answer in time. [seen]
  MongoNetworkTimeoutError: 'unavailable',
  // No server could be found within `serverSelectionTimeoutMS`. [seen]
  MongoServerSelectionError: 'unavailable',
  // Another operation found the server down. [manual]
  MongoPoolClearedError: 'unavailable',
  // All connections of the pool are in use. [manual]
  MongoWaitQueueTimeoutError: 'unavailable',
  // The caller closed the client. [manual]
  MongoClientClosedError: 'never',
  // The caller closed the client. [manual]
  MongoTopologyClosedError: 'never',
  // The caller closed the client. [manual]
  MongoNotConnectedError: 'never',
  // The operation took longer than `timeoutMS` allows. [manual]
  MongoOperationTimeoutError: 'never',
};

/** The error codes of the server: https://www.mongodb.com/docs/manual/reference/error-codes */
const CODES: Rows = {
  // WriteConflict: another operation changed the document. [manual]
  112: 'conflict',
  // LockTimeout: a lock was not available in time. [manual]
  24: 'conflict',
  // LockBusy: a lock is in use. [manual]
  46: 'conflict',
  // HostUnreachable. [manual]
  6: 'unavailable',
  // HostNotFound. [manual]
  7: 'unavailable',
  // NetworkTimeout. [manual]
  89: 'unavailable',
  // ShutdownInProgress. [manual]
  91: 'unavailable',
  // FailedToSatisfyReadPreference: no member of the replica set fits. [manual]
  133: 'unavailable',
  // ReadConcernMajorityNotAvailableYet. [manual]
  134: 'unavailable',
  // PrimarySteppedDown. [manual]
  189: 'unavailable',
  // ExceededTimeLimit: an internal operation took too long. [manual]
  262: 'unavailable',
  // SocketException. [manual]
  9001: 'unavailable',
  // NotWritablePrimary: the server is no primary any more. [manual]
  10107: 'unavailable',
  // InterruptedAtShutdown. [manual]
  11600: 'unavailable',
  // InterruptedDueToReplStateChange. [manual]
  11602: 'unavailable',
  // NotPrimaryNoSecondaryOk. [manual]
  13435: 'unavailable',
  // NotPrimaryOrSecondary. [manual]
  13436: 'unavailable',
  // TooManyRequests of Azure Cosmos DB, which says `RetryAfterMs`. [manual]
  16500: 'throttled',
  // MaxTimeMSExpired: the operation took longer than `maxTimeMS` allows. [manual]
  50: 'never',
  // Interrupted: somebody cancelled the operation. [manual]
  11601: 'never',
};

/** Matches the wait in ms that Azure Cosmos DB requests. */
const RETRY_AFTER = /\bRetryAfterMs=(\d+)/;

function judge(error: Fields): Finding {
  const byName = lookUp(NAMES, error.name);
  if (typeof error.hasErrorLabel === 'function') {
    for (const label in LABELS) {
      // The driver also gives the label of an overloaded server to a connection that could not be opened.
      if (error.hasErrorLabel(label)) return (label === 'SystemOverloadedError' && byName) || lookUp(LABELS, label);
    }
  }
  return judgeCode(error) ?? byName ?? judgeConnection(error);
}

function judgeCode({ code, message }: Fields): Finding {
  const kind = lookUp(CODES, code);
  const atLeast = kind === 'throttled' ? RETRY_AFTER.exec(message)?.[1] : undefined;
  return atLeast === undefined ? kind : { kind: 'throttled', atLeast: Number(atLeast) };
}

/**
 * Returns whether the transaction was rolled back because of others. Nothing happened, so the whole transaction can be
 * repeated.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the server cannot serve. The operation may have been executed, so repeat
 * only what is idempotent.
 */
export function isUnavailable(error: unknown): boolean {
  return isKind(error, judge, 'unavailable');
}

/**
 * Returns whether the server is overloaded, and did nothing. Answers `{ atLeast }` if the server says when to come back,
 * as Azure Cosmos DB does.
 */
export function isThrottled(error: unknown): Answer {
  return answer(error, judge, 'throttled');
}

/**
 * Returns whether an error is worth a retry, because it is a conflict, or because the server is unavailable or
 * throttles. Answers `{ atLeast }` if the server says when to come back.
 */
export function isTransient(error: unknown): Answer {
  return answer(error, judge);
}
