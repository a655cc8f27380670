// Compares the errors that tests saw with the rows of the tables that say `seen`.
import { expect } from 'vitest';
import { readTables } from '../../../../scripts/gates/tables.ts';

interface Predicates {
  isConflict(error: unknown): unknown;
  isUnavailable(error: unknown): unknown;
  isThrottled(error: unknown): unknown;
  isTransient(error: unknown): unknown;
}

type Kind = 'conflict' | 'unavailable' | 'throttled' | 'none';

/** The fields in which clients keep codes, names and statuses. */
const FIELDS = [
  'code',
  'errno',
  'errorCode',
  'name',
  'message',
  'status',
  'statusCode',
  'type',
  'sqlState',
  'kind',
  'originalCode',
];

/** Sees the errors of a client. */
export interface Sightings {
  /** Returns the kind that the predicates give an error, and remembers the error. */
  see(error: unknown): Kind;
  /** Returns the rows that say that a test saw them, although none did. */
  unseen(this: void, file?: string): string[];
}

export function sightings(client: string, predicates: Predicates): Sightings {
  const values = new Set<string>();
  const remember = (error: unknown): void => {
    if (typeof error !== 'object' || error === null) return;
    const fields = error as Record<string, unknown>;
    for (const field of FIELDS) values.add(String(fields[field]));
    const more = [
      fields.cause,
      fields.response,
      fields.$metadata,
      fields.error,
      fields.meta,
      fields.errors,
      fields.driverAdapterError,
      fields.socketError,
    ];
    for (const each of more.flat()) remember(each);
    const { httpStatusCode, errorLabels } = fields as { httpStatusCode?: unknown; errorLabels?: string[] };
    for (const value of [httpStatusCode, ...(errorLabels ?? [])]) values.add(String(value));
  };
  return {
    see(error) {
      remember(error);
      return kindOf(predicates, error);
    },
    unseen(file) {
      const rows = readTables(file ?? client).flatMap((table) => table.rows);
      const isSeen = (key: string): boolean =>
        values.has(key) || [...values].some((value) => value.startsWith(`${key} `));
      return rows.filter(({ key, known }) => known === 'seen' && !isSeen(key)).map(({ key }) => key);
    },
  };
}

/** Returns the one kind that the predicates agree on. */
export function kindOf(predicates: Predicates, error: unknown): Kind {
  const kinds = (['conflict', 'unavailable', 'throttled'] as const).filter((kind) => {
    const name = `is${kind[0]?.toUpperCase()}${kind.slice(1)}` as keyof Predicates;
    return predicates[name](error) !== false;
  });
  expect(kinds.length, `predicates that are true for ${String(error)}`).toBeLessThanOrEqual(1);
  expect(predicates.isTransient(error) !== false).toBe(kinds.length === 1);
  return kinds[0] ?? 'none';
}

/** Returns the error with which a promise rejects. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await promise.then(
    (value) => new Error(`it succeeded with ${String(value)}`, { cause: 'success' }),
    (error) => error,
  );
  if (outcome instanceof Error && outcome.cause === 'success') throw outcome;
  return outcome as Error;
}
