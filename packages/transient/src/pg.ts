import { judgePostgres as judge } from './postgres.ts';
import { isKind } from './walk.ts';

/**
 * Returns whether PostgreSQL rolled the transaction back because of other transactions. Nothing happened, so the whole
 * transaction can be repeated.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the server cannot serve. The statement may have been executed, so repeat
 * only what is idempotent. Returns false for a cancelled statement.
 */
export function isUnavailable(error: unknown): boolean {
  return isKind(error, judge, 'unavailable');
}

/**
 * Returns false, because PostgreSQL does not throttle. This predicate exists because all clients have the same
 * predicates.
 */
export function isThrottled(error: unknown): boolean {
  return isKind(error, judge, 'throttled');
}

/** Returns whether an error is worth a retry, because it is a conflict or the server is unavailable. */
export function isTransient(error: unknown): boolean {
  return isKind(error, judge);
}
