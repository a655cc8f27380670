import { judgeMysql as judge } from './mariadb.ts';
import { isKind } from './walk.ts';

/**
 * Returns whether the server rolled the statement or the transaction back because of others. Roll back, and repeat the
 * whole transaction.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the server cannot serve. The statement may have been executed, so repeat
 * only what is idempotent.
 */
export function isUnavailable(error: unknown): boolean {
  return isKind(error, judge, 'unavailable');
}

/** Returns whether the user has as many connections, or sent as many queries, as the server allows. */
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
