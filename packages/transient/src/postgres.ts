import { type Fields, type Finding, judgeConnection, lookUp, type Rows } from './walk.ts';

/** The SQLSTATEs of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const STATES: Rows = {
  // The transaction was rolled back. [manual]
  '40000': 'conflict',
  // The transaction could not be serialized with others, or with the recovery of a replica. [seen]
  '40001': 'conflict',
  // The transaction was part of a deadlock. [seen]
  '40P01': 'conflict',
  // A lock was not available at once, or within `lock_timeout`. [seen]
  '55P03': 'conflict',
  // Nobody knows whether the statement was completed. [manual]
  '40003': 'unavailable',
  // The connection failed. [manual]
  '08000': 'unavailable',
  // The connection could not be opened. [manual]
  '08001': 'unavailable',
  // The connection does not exist. [manual]
  '08003': 'unavailable',
  // The server rejected the connection. [manual]
  '08004': 'unavailable',
  // The connection was lost. [manual]
  '08006': 'unavailable',
  // Nobody knows how the transaction ended. [manual]
  '08007': 'unavailable',
  // The protocol was violated. A pooler such as PgBouncer says this if the server is gone. [manual]
  '08P01': 'unavailable',
  // The server is a read-only replica, for example after a failover. [seen]
  '25006': 'unavailable',
  // The transaction was idle for too long, and its connection was closed. [seen]
  '25P03': 'unavailable',
  // The transaction took too long, and its connection was closed. [manual]
  '25P04': 'unavailable',
  // There are too many connections. [seen]
  '53300': 'unavailable',
  // An administrator ended the connection, or stops the server. [seen]
  '57P01': 'unavailable',
  // Another process of the server crashed. [manual]
  '57P02': 'unavailable',
  // The server starts, stops or recovers. [seen]
  '57P03': 'unavailable',
  // The session was idle for too long, and its connection was closed. [seen]
  '57P05': 'unavailable',
  // The statement was cancelled, by a user or by `statement_timeout`. [seen]
  '57014': 'never',
};

/** The messages of `pg` and `pg-pool`, whose errors have no code: https://node-postgres.com/apis/pool */
const MESSAGES: Rows = {
  // The connection was lost during a query. [seen]
  'Connection terminated unexpectedly': 'unavailable',
  // The connection was lost before the query. [seen]
  'Client has encountered a connection error and is not queryable': 'unavailable',
  // The server did not answer within `query_timeout`. [seen]
  'Query read timeout': 'unavailable',
  // All connections of the pool are in use, or none could be opened, for `connectionTimeoutMillis`. [seen]
  'timeout exceeded when trying to connect': 'unavailable',
  // The pool could not open a connection within `connectionTimeoutMillis`. [seen]
  'Connection terminated due to connection timeout': 'unavailable',
  // A client could not open a connection within `connectionTimeoutMillis`. [seen]
  'timeout expired': 'unavailable',
};

/** Judges an error of `pg`, which Prisma may pass on. */
export function judgePostgres(error: Fields): Finding {
  return lookUp(STATES, error.code) ?? lookUp(MESSAGES, error.message) ?? judgeConnection(error);
}
