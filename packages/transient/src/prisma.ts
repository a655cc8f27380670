import { type Fields, type Finding, isKind, judgeConnection, lookUp, type Rows } from './walk.ts';

/** The codes of Prisma Client: https://www.prisma.io/docs/orm/reference/error-reference */
const CODES: Rows = {
  // The transaction failed because of a write conflict or a deadlock. [manual]
  P2034: 'conflict',
  // The database cannot be reached. [manual]
  P1001: 'unavailable',
  // The database did not answer in time. [manual]
  P1002: 'unavailable',
  // An operation took too long. [manual]
  P1008: 'unavailable',
  // The server closed the connection. [manual]
  P1017: 'unavailable',
  // All connections of the pool are in use. [manual]
  P2024: 'unavailable',
  // There are too many connections. [manual]
  P2037: 'unavailable',
  // Accelerate could not execute the query in time. [manual]
  P6004: 'unavailable',
  // Accelerate could not connect to the database. [manual]
  P6008: 'unavailable',
  // Accelerate received too many requests. [manual]
  P5011: 'throttled',
};

/** What the database says about a raw query that failed, with the code P2010: https://www.prisma.io/docs/orm/reference/error-reference#p2010 */
const RAW: Rows = {
  // PostgreSQL could not serialize the transaction. [manual]
  '40001': 'conflict',
  // PostgreSQL detected a deadlock. [manual]
  '40P01': 'conflict',
  // PostgreSQL did not wait for a lock. [manual]
  '55P03': 'conflict',
  // MySQL detected a deadlock. [manual]
  '1213': 'conflict',
  // MySQL did not wait longer for a lock. [manual]
  '1205': 'conflict',
};

/** Matches the message of P2028 if the transaction did not even start. The code has other reasons, which do not pass. */
const NOT_STARTED = /Unable to start a transaction/;

function judge(error: Fields): Finding {
  // The error of a client that cannot start has another field for the code.
  const code = error.code ?? error.errorCode;
  if (code === 'P2028' && NOT_STARTED.test(error.message)) return 'unavailable';
  if (code === 'P2010') return lookUp(RAW, error.meta?.code);
  return lookUp(CODES, code) ?? judgeConnection(error);
}

/**
 * Returns whether the transaction was rolled back because of others. Nothing happened, so the whole transaction can be
 * repeated.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the database cannot serve. The query may have been executed, so repeat
 * only what is idempotent.
 */
export function isUnavailable(error: unknown): boolean {
  return isKind(error, judge, 'unavailable');
}

/** Returns whether Prisma Accelerate received too many requests. */
export function isThrottled(error: unknown): boolean {
  return isKind(error, judge, 'throttled');
}

/** Returns whether an error is worth a retry: a conflict, an unavailable server, or throttling. */
export function isTransient(error: unknown): boolean {
  return isKind(error, judge);
}
