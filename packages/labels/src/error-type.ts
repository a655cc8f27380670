import { CONNECTION_CODES } from '@stamina/network';
import { type Check, checkFunction } from '@stamina/validation';

/** Returns a short name for an error, such as `503`. The number of different names must be limited. */
export type ErrorType = (error: unknown) => string;

/** The maximum number of errors that are examined in a chain of causes. */
const DEPTH = 5;

/**
 * The codes that become labels, besides those of lost connections. The list is closed, because a `code` may be data,
 * such as a part of a response, and each new value would add a series forever.
 */
const CODES: ReadonlySet<string> = new Set(
  [
    // The operating system and the resolver of names.
    'EAI_FAIL ESOCKETTIMEDOUT EADDRINUSE ENOTCONN ENOBUFS EACCES EPERM EBUSY EAGAIN EMFILE ENFILE ENOSPC ENOENT EEXIST',
    'EPROTO ENODATA ESERVFAIL EREFUSED ETIMEOUT ECANCELED',
    // Node.
    'ABORT_ERR ERR_STREAM_PREMATURE_CLOSE ERR_SOCKET_CONNECTION_TIMEOUT ERR_SOCKET_CLOSED ERR_INVALID_URL',
    'ERR_HTTP2_STREAM_ERROR ERR_HTTP2_STREAM_CANCEL ERR_HTTP2_SESSION_ERROR ERR_HTTP2_GOAWAY_SESSION',
    'ERR_HTTP2_INVALID_SESSION ERR_HTTP2_INVALID_STREAM ERR_SQLITE_ERROR',
    // TLS.
    'ERR_TLS_CERT_ALTNAME_INVALID ERR_TLS_HANDSHAKE_TIMEOUT ERR_SSL_WRONG_VERSION_NUMBER CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    // undici, which is the `fetch` of Node.
    'UND_ERR_DESTROYED UND_ERR_CLOSED UND_ERR_ABORTED UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    // axios.
    'ERR_NETWORK ERR_BAD_RESPONSE ERR_BAD_REQUEST ERR_CANCELED',
    // PostgreSQL, by SQLSTATE: connections, conflicts, resources, operators, broken constraints, wrong statements.
    '08000 08001 08003 08004 08006 40001 40P01 53000 53100 53200 53300 55P03 57014 57P01 57P02 57P03 57P05',
    '23502 23503 23505 23514 28P01 42601 42P01',
    // MySQL and MariaDB.
    'PROTOCOL_CONNECTION_LOST ER_LOCK_DEADLOCK ER_LOCK_WAIT_TIMEOUT ER_CON_COUNT_ERROR ER_SERVER_SHUTDOWN',
    'ER_TOO_MANY_USER_CONNECTIONS ER_QUERY_INTERRUPTED ER_QUERY_TIMEOUT ER_DUP_ENTRY ER_OPTION_PREVENTS_STATEMENT',
    // SQLite and Redis.
    'SQLITE_BUSY SQLITE_LOCKED UNCERTAIN_STATE NR_CLOSED CONNECTION_BROKEN',
  ].flatMap((line) => line.split(' ')),
);

/** The fields of errors that are read. Axios puts the response into the error, and the SDK of AWS has metadata. */
interface ErrorFields {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly response?: { readonly status?: unknown; readonly statusCode?: unknown } | null;
  readonly $metadata?: { readonly httpStatusCode?: unknown } | null;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/**
 * Returns a short name for an error. This is an HTTP status, such as `503`, or a code of a closed list, such as
 * `ECONNREFUSED`. It comes from the error itself, or otherwise from its cause. If there is neither, this is the name of
 * the class, or the result of `typeof` for a value that is not an object.
 *
 * All of these are limited in number. Neither the message nor the `name` is used, because they may be data.
 */
export function errorType(error: unknown): string {
  if (error === null) return 'null';
  if (typeof error !== 'object') return typeof error;
  try {
    return knownType(error) ?? className(error);
  } catch {
    return 'Object'; // A getter or a proxy threw.
  }
}

/** Returns the status or the code of the first error in the chain of causes that has one. */
function knownType(error: object): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < DEPTH && typeof current === 'object' && current !== null; depth++) {
    const fields: ErrorFields = current;
    const status = statusOf(fields);
    if (status !== undefined) return String(status);
    const { code, cause } = fields;
    if (typeof code === 'string' && (CONNECTION_CODES.has(code) || CODES.has(code))) return code;
    current = cause;
  }
  return undefined;
}

function statusOf({ status, statusCode, response, $metadata }: ErrorFields): unknown {
  const found = [status, statusCode, response?.status, response?.statusCode, $metadata?.httpStatusCode];
  return found.find((value) => Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599);
}

/** Returns the name of the class of `value`. A class without a name counts as the class that it extends. */
function className(value: object): string {
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value?.name;
    if (name === 'DOMException') return domName(value as DOMException);
    if (typeof name === 'string' && name !== '') return name;
  }
  return 'Object';
}

/** Returns `TimeoutError` or `AbortError`, for example. A name without a code may be data, so it is not used. */
function domName({ name, code }: DOMException): string {
  return code > 0 ? name : 'DOMException';
}

/**
 * Checks the option `errorType`, a function of the user. If that function returns no text, the default applies. So it
 * needs to handle only the errors that it knows.
 */
export const checkErrorType: Check<ErrorType> = (name, value) => {
  const own = checkFunction(name, value);
  return (error) => {
    const type: unknown = own(error);
    return typeof type === 'string' && type !== '' ? type : errorType(error);
  };
};
