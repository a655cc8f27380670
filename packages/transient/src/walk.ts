import { CONNECTION_CODES } from '@stamina/network';

/**
 * The kind of an error:
 *
 * - `conflict`: nothing happened, because the server rolled everything back
 * - `unavailable`: it is not known whether anything happened
 * - `throttled`: nothing happened, because the server has no room for now
 * - `never`: a retry does not help, or nobody wants one
 */
export type Kind = 'conflict' | 'unavailable' | 'throttled' | 'never';

/** A kind, and the wait in ms that the server requests. */
export interface Timed {
  readonly kind: Kind;
  readonly atLeast: number;
}

/** The kind of an error, with the wait if the server requests one. `undefined` if the error shows no kind. */
export type Finding = Kind | Timed | undefined;

/** The answer of a predicate. It is `{ atLeast }`, in ms, if the server says when to come back. */
export type Answer = boolean | { readonly atLeast: number };

/**
 * The kind of each code or message. The comment before a row has its meaning, and says in brackets how we know:
 * `[seen]` in a test, or `[manual]` on the page that the comment before the table names. The page of the site that
 * shows the tables is made from the rows and their comments.
 */
export type Rows = Readonly<Record<string | number, Kind>>;

/** The fields of an error. They may be missing, and may have any type. */
export type Fields = Readonly<Record<string, any>>;

/** Returns the kind that an error alone shows, or `undefined` if only its causes can show it. */
export type Judge = (error: Fields) => Finding;

/** The maximum depth to which a chain of causes is examined. */
const DEPTH = 5;
/** The maximum number of errors that are examined. */
const ERRORS = 100;

/** The maximum length of a key. A longer text is not looked up, because that takes time. */
const LONGEST_KEY = 100;

/**
 * The names of errors that stop a call on purpose: somebody cancelled it, the time that the caller allowed is over, or
 * `nock` blocks all connections in a test.
 */
const STOPPED: ReadonlySet<unknown> = new Set([
  'AbortError',
  'CanceledError',
  'TimeoutError',
  'NetConnectNotAllowedError',
]);

/** Returns the kind of a code or a message, or `undefined` if the table has no row for it. */
export function lookUp(rows: Rows, key: unknown): Kind | undefined {
  if (typeof key !== 'number' && !(typeof key === 'string' && key.length < LONGEST_KEY)) return undefined;
  const kind: unknown = rows[key];
  // `constructor` is a key of every object, but has no kind.
  return typeof kind === 'string' ? (kind as Kind) : undefined;
}

/** Judges the errors that every client may meet, which are a cancelled call and a lost connection. */
export function judgeConnection(error: Fields): Kind | undefined {
  const { code } = error;
  if (code === 'ERR_CANCELED' || STOPPED.has(error.name)) return 'never';
  // A server that is down may have removed its Unix socket.
  if (CONNECTION_CODES.has(code) || (code === 'ENOENT' && error.syscall === 'connect')) return 'unavailable';
  return undefined;
}

/** Returns whether an error is of a kind, or of any kind that is worth a retry. */
export function isKind(error: unknown, judge: Judge, kind?: Kind): boolean {
  const found = kindOf(find(error, judge));
  return found !== undefined && found !== 'never' && (kind === undefined || found === kind);
}

/** Does the same as `isKind`, but returns `{ atLeast }` if the server requests a wait. */
export function answer(error: unknown, judge: Judge, kind?: Kind): Answer {
  const found = find(error, judge);
  const foundKind = kindOf(found);
  if (foundKind === undefined || foundKind === 'never' || (kind !== undefined && foundKind !== kind)) return false;
  return typeof found === 'object' ? { atLeast: found.atLeast } : true;
}

function kindOf(found: Finding): Kind | undefined {
  return typeof found === 'object' ? found.kind : found;
}

/** The number of errors that may still be examined. It is a variable, because all branches of a walk share it. */
let left = 0;

function find(error: unknown, judge: Judge): Finding {
  left = ERRORS;
  return walk(error, judge, DEPTH);
}

/**
 * Returns the finding for the first error in a chain of causes that shows a kind. If an error has `errors`, as an
 * `AggregateError` does, combines these.
 */
function walk(error: unknown, judge: Judge, depth: number): Finding {
  let current = error;
  for (let rest = depth; rest > 0 && left-- > 0 && typeof current === 'object' && current !== null; rest--) {
    const fields = current as Fields;
    const { errors } = fields;
    const found = judge(fields) ?? (Array.isArray(errors) ? combine(errors, judge, rest - 1) : undefined);
    if (found !== undefined) return found;
    current = fields.cause;
  }
  return undefined;
}

/**
 * Combines the kinds of several errors, and the waits, of which the longest counts. Returns `unavailable` if one of the
 * errors has that kind, and otherwise `throttled` if one of them has that. Returns `undefined` or `never` if one of the
 * errors is not worth a retry, because then repeating all of them does not help.
 */
function combine(errors: readonly unknown[], judge: Judge, depth: number): Finding {
  let kind: Kind | undefined;
  let atLeast = -1;
  for (let index = 0; index < errors.length; index++) {
    const found = walk(errors[index], judge, depth);
    const each = kindOf(found);
    if (each === undefined || each === 'never') return each;
    if (typeof found === 'object') atLeast = Math.max(atLeast, found.atLeast);
    if (kind === undefined || each === 'unavailable' || kind === 'conflict') kind = each;
  }
  return kind === undefined || atLeast < 0 ? kind : { kind, atLeast };
}
