import { type Fields, type Finding, judgeConnection, type Kind, lookUp, type Rows } from './walk.ts';

/** The error numbers of MySQL and MariaDB: https://mariadb.com/docs/server/reference/error-codes/mariadb-error-code-reference */
const NUMBERS: Rows = {
  // ER_LOCK_DEADLOCK: the transaction was part of a deadlock, or conflicts with another node of a cluster. [seen]
  1213: 'conflict',
  // ER_LOCK_WAIT_TIMEOUT: a lock was not available in time. Only the statement was rolled back, so roll back the
  // transaction before it is repeated. [seen]
  1205: 'conflict',
  // ER_CHECKREAD: the row has changed since the transaction read it. [seen]
  1020: 'conflict',
  // ER_XA_RBTIMEOUT: a branch of an XA transaction was rolled back after a lock wait. [manual]
  1613: 'conflict',
  // ER_XA_RBDEADLOCK: a branch of an XA transaction was rolled back after a deadlock. [manual]
  1614: 'conflict',
  // ER_LOCK_NOWAIT: MySQL did not wait for a lock. [manual]
  3572: 'conflict',
  // ER_CON_COUNT_ERROR: there are too many connections. [seen]
  1040: 'unavailable',
  // The node of a Galera cluster is not ready. Others say ER_UNKNOWN_COM_ERROR with this number. [manual]
  1047: 'unavailable',
  // ER_SERVER_SHUTDOWN: the server stops. [manual]
  1053: 'unavailable',
  // ER_NET_READ_ERROR_FROM_PIPE: the server could not read from the connection. [manual]
  1154: 'unavailable',
  // ER_NET_READ_ERROR: the server could not read what was sent. [manual]
  1158: 'unavailable',
  // ER_NET_READ_INTERRUPTED: the server did not receive everything in time. [manual]
  1159: 'unavailable',
  // ER_NET_ERROR_ON_WRITE: the server could not write the answer. [manual]
  1160: 'unavailable',
  // ER_NET_WRITE_INTERRUPTED: the server could not write the answer in time. [manual]
  1161: 'unavailable',
  // ER_CONNECTION_KILLED: MariaDB ended the connection. [manual]
  1927: 'unavailable',
  // ER_SESSION_WAS_KILLED: MySQL ended the session. [manual]
  3169: 'unavailable',
  // ER_CLIENT_INTERACTION_TIMEOUT: MySQL closed the connection, because it was idle. [manual]
  4031: 'unavailable',
  // ER_READ_ONLY_MODE: the server is read-only, for example after a failover. [manual]
  1836: 'unavailable',
  // ER_USER_LIMIT_REACHED: the user has as many connections, or sent as many queries in an hour, as allowed. [seen]
  1226: 'throttled',
  // ER_TOO_MANY_USER_CONNECTIONS: the user has as many connections as allowed. [seen]
  1203: 'throttled',
  // ER_QUERY_INTERRUPTED: somebody cancelled the statement. [seen]
  1317: 'never',
  // ER_STATEMENT_TIMEOUT: MariaDB cancelled the statement after `max_statement_time`. [seen]
  1969: 'never',
  // ER_QUERY_TIMEOUT: MySQL cancelled the statement after `max_execution_time`. [manual]
  3024: 'never',
};

/** The error numbers of the client `mariadb`: https://github.com/mariadb-corporation/mariadb-connector-nodejs/blob/main/lib/misc/errors.js */
const MARIADB: Rows = {
  // ER_SOCKET_UNEXPECTED_CLOSE: the connection was lost. [seen]
  45009: 'unavailable',
  // ER_CONNECTION_TIMEOUT: a connection could not be opened within `connectTimeout`. [seen]
  45012: 'unavailable',
  // ER_CMD_CONNECTION_CLOSED: the connection was lost before the query. It is also the answer after `end`. [seen]
  45013: 'unavailable',
  // ER_SOCKET_TIMEOUT: the server did not answer within `socketTimeout`. [seen]
  45026: 'unavailable',
  // ER_GET_CONNECTION_TIMEOUT: all connections of the pool are in use. If none could be opened, the cause counts. [seen]
  45028: 'unavailable',
};

/** The codes and messages of `mysql2`: https://sidorares.github.io/node-mysql2/docs */
const TEXTS: Rows = {
  // The connection was lost. [seen]
  PROTOCOL_CONNECTION_LOST: 'unavailable',
  // The server did not answer within the `timeout` of the query. [seen]
  PROTOCOL_SEQUENCE_TIMEOUT: 'unavailable',
  // No server of the pool can be reached. [manual]
  POOL_NONEONLINE: 'unavailable',
  // The connection was lost before the query. [seen]
  "Can't add new command when connection is in closed state": 'unavailable',
  // All connections of the pool are in use, and `waitForConnections` is false. [seen]
  'No connections available.': 'unavailable',
  // All connections of the pool are in use, and `queueLimit` calls wait for one. [seen]
  'Queue limit reached.': 'unavailable',
};

/** Matches the message of ER_OPTION_PREVENTS_STATEMENT if the option is `read_only`. It has other reasons, which do not pass. */
const READ_ONLY = /--(?:super-)?read-only/;

/** Judges the number of an error. Prisma may have it as a text. */
export function judgeNumber(number: unknown, error: Fields): Kind | undefined {
  if (number === 1290 || number === '1290') return READ_ONLY.test(error.message) ? 'unavailable' : 'never';
  return lookUp(NUMBERS, number) ?? lookUp(MARIADB, number);
}

/** Judges an error of `mysql2` or `mariadb`. */
export function judgeMysql(error: Fields): Finding {
  const { errno } = error;
  // The pool of `mariadb` could not open a connection. The cause, which is judged next, says why.
  if (errno === 45028 && error.cause) return undefined;
  const kind = judgeNumber(errno, error) ?? lookUp(TEXTS, error.code) ?? lookUp(TEXTS, error.message);
  return kind ?? judgeConnection(error);
}
