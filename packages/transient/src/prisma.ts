import { judgeNumber } from './mariadb.ts';
import { judgePostgres } from './postgres.ts';
import { type Fields, type Finding, isKind, lookUp, type Rows } from './walk.ts';

/** The codes of Prisma Client: https://www.prisma.io/docs/orm/reference/error-reference */
const CODES: Rows = {
  // The transaction failed because of a write conflict or a deadlock. [seen]
  P2034: 'conflict',
  // The database cannot be reached. [seen]
  P1001: 'unavailable',
  // The database did not answer in time. [manual]
  P1002: 'unavailable',
  // An operation took too long. [manual]
  P1008: 'unavailable',
  // The server closed the connection. [manual]
  P1017: 'unavailable',
  // All connections of the pool are in use. [manual]
  P2024: 'unavailable',
  // There are too many connections. [seen]
  P2037: 'unavailable',
  // Accelerate could not execute the query in time. [manual]
  P6004: 'unavailable',
  // Accelerate could not connect to the database. [manual]
  P6008: 'unavailable',
  // Accelerate received too many requests. [manual]
  P5011: 'throttled',
};

/** The kinds of errors of driver adapters, which Prisma uses since version 7: https://github.com/prisma/prisma/tree/main/packages/driver-adapter-utils */
const KINDS: Rows = {
  // The transaction could not be serialized with others, or was part of a deadlock. [seen]
  TransactionWriteConflict: 'conflict',
  // Nobody listens, or the name of the host is not known. [seen]
  DatabaseNotReachable: 'unavailable',
  // The connection was lost. [manual]
  ConnectionClosed: 'unavailable',
  // The server did not answer in time. [manual]
  SocketTimeout: 'unavailable',
  // There are too many connections. [seen]
  TooManyConnections: 'unavailable',
};

/** Matches the message of P2028 if the transaction did not even start. The code has other reasons, which do not pass. */
const NOT_STARTED = /Unable to start a transaction/;

function judge(error: Fields): Finding {
  // The error of a client that cannot start has another field for the code.
  const code = error.code ?? error.errorCode;
  if (code === 'P2028' && NOT_STARTED.test(error.message)) return 'unavailable';
  const { meta } = error;
  return lookUp(CODES, code) ?? judgeDatabase(meta ? (meta.driverAdapterError?.cause ?? meta) : error);
}

/**
 * Judges what the database or its driver says. P2010 and P2039 have it in `meta`, and since version 7 in the cause of the
 * error of the driver adapter. Other errors of a driver adapter, or of the driver itself, have no code of Prisma.
 */
function judgeDatabase(error: Fields): Finding {
  return lookUp(KINDS, error.kind) ?? judgeNumber(error.errno ?? error.code, error) ?? judgePostgres(error);
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

/**
 * Returns whether an error is worth a retry, because it is a conflict, or because the server is unavailable or
 * throttles.
 */
export function isTransient(error: unknown): boolean {
  return isKind(error, judge);
}
