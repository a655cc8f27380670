import { type Fields, type Finding, isKind, judgeConnection, type Kind, type Rows } from './walk.ts';

/** The first words of what Redis and Valkey answer: https://redis.io/docs/latest/develop/clients/error-handling */
const REPLIES: Rows = {
  // Keys of one command move to another node. [manual]
  TRYAGAIN: 'conflict',
  // The server loads its data. [seen]
  LOADING: 'unavailable',
  // The server runs a script, and nothing else. [seen]
  BUSY: 'unavailable',
  // The server is a replica, for example after a failover. [seen]
  READONLY: 'unavailable',
  // The replica has no connection to its master, and does not serve old data. [seen]
  MASTERDOWN: 'unavailable',
  // Not enough replicas are connected for a write. [seen]
  NOREPLICAS: 'unavailable',
  // The cluster does not serve this key for now. [manual]
  CLUSTERDOWN: 'unavailable',
  // The server can write nothing to its disk, so it accepts no writes. [manual]
  MISCONF: 'never',
  // There are too many clients. [seen]
  'ERR max number of clients reached': 'unavailable',
};

/** The messages of `ioredis`: https://github.com/redis/ioredis#readme */
const IOREDIS: Rows = {
  // The connection was lost during a command. The name of the error is `AbortError`, but nobody aborted anything. [seen]
  'Command aborted due to connection close': 'unavailable',
  // The connection ended, and `retryStrategy` opens no other one. It is also the answer after `quit`. [seen]
  'Connection is closed.': 'unavailable',
  // There is no connection yet, and `enableOfflineQueue` is false. [seen]
  "Stream isn't writeable and enableOfflineQueue options is false": 'unavailable',
  // The server did not answer within `commandTimeout`. [seen]
  'Command timed out': 'unavailable',
  // A connection could not be opened `maxRetriesPerRequest` times. [seen]
  'Reached the max retries per request limit': 'unavailable',
  // No sentinel answers. [seen]
  'All sentinels are unreachable': 'unavailable',
  // No node of the cluster answers. [seen]
  'Failed to refresh slots cache.': 'unavailable',
  // No node of the cluster can be reached. [manual]
  'None of startup nodes is available': 'unavailable',
  // The cluster is not connected yet. [manual]
  "Cluster isn't ready": 'unavailable',
  // Nodes of the cluster name each other. [manual]
  'Too many Cluster redirections': 'unavailable',
};

/** The messages of `redis`: https://redis.io/docs/latest/develop/clients/nodejs/error-handling */
const NODE_REDIS: Rows = {
  // Another client changed a watched key, so the transaction was not executed. [seen]
  'One (or more) of the watched keys has been changed': 'conflict',
  // The connection was lost during a command. [seen]
  'Socket closed unexpectedly': 'unavailable',
  // A connection could not be opened within `connectTimeout`. [seen]
  'Connection timeout': 'unavailable',
  // The server did not answer within `socketTimeout`. [manual]
  'Socket timeout': 'unavailable',
  // There is no connection for now, and `disableOfflineQueue` is set. [seen]
  'The client is offline': 'unavailable',
  // No node of the cluster can be reached. [manual]
  'All the root nodes are unavailable': 'unavailable',
};

interface Row {
  readonly beginning: string;
  readonly kind: Kind;
}

/** The beginnings of all messages, because most of them go on. The code of their first letter finds them fast. */
const BEGINNINGS = new Map<number, Row[]>();
for (const [beginning, kind] of Object.entries({ ...REPLIES, ...IOREDIS, ...NODE_REDIS })) {
  const first = beginning.charCodeAt(0);
  BEGINNINGS.set(first, [...(BEGINNINGS.get(first) ?? []), { beginning, kind }]);
}

function judge(error: Fields): Finding {
  const { socketError } = error;
  // A reconnect strategy of `redis` may replace the error of the connection by another one, and then keeps it here.
  return judgeAlone(error) ?? (socketError ? judgeAlone(socketError) : undefined);
}

function judgeAlone(error: Fields): Kind | undefined {
  const { message } = error;
  return (typeof message === 'string' ? kindOf(message) : undefined) ?? judgeConnection(error);
}

function kindOf(message: string): Kind | undefined {
  const rows = BEGINNINGS.get(message.charCodeAt(0));
  // Unlike `find`, this loop allocates nothing.
  for (let index = 0; rows && index < rows.length; index++) {
    const { beginning, kind } = rows[index] as Row;
    // It must end where a word ends, so `BUSY` does not match BUSYGROUP.
    if (message.startsWith(beginning) && !isLetter(message.charCodeAt(beginning.length))) return kind;
  }
  return undefined;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/**
 * Returns whether nothing was executed because of another client, as can happen after `WATCH`. The whole transaction can
 * be repeated.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the server cannot serve. The command may have been executed, so repeat
 * only what is idempotent.
 */
export function isUnavailable(error: unknown): boolean {
  return isKind(error, judge, 'unavailable');
}

/**
 * Returns false, because Redis does not throttle. This predicate exists because all clients have the same predicates.
 */
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
