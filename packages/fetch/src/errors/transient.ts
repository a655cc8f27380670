import { CONNECTION_CODES, FETCH_MESSAGES } from '@stamina/network';
import { failedRequest, isUnopened } from './undici.ts';

/*
 * Distinguishes transient errors of `fetch` from permanent ones, because no runtime does. In some runtimes, an invalid
 * URL, a bad certificate and a reset connection all cause a `TypeError`. In others, all of them cause a plain `Error`.
 * The codes and messages below were observed in Node, Bun, Deno, workerd and Chromium. Those that other clients also
 * meet are in `@stamina/network`.
 */

/** Matches the system calls before a connection is open. A name look-up is `getaddrinfo`, or `queryA` and the like. */
const OPENING_CALL = /^(?:connect|getaddrinfo|query)/;

/**
 * Matches the codes for a stream or a session of HTTP/2 that ended, and for a body that is too short. Other codes of
 * HTTP/2 are about the request.
 */
const HTTP2_ENDED = /^ERR_HTTP2_\w*(?:STREAM|SESSION)|^UND_ERR_RES_CONTENT/;
/**
 * Matches the message of an HTTP/2 error that will occur again, such as PROTOCOL_ERROR. The message ends with the name
 * or the number of an error code (RFC 9113, section 7). The codes in the pattern are transient, and all others are
 * permanent.
 */
const HTTP2_PERMANENT =
  /^(?:Stream|Session|HTTP).* code (?!(?:NGHTTP2_)?(?:[0278]|11|NO_ERROR|INTERNAL_ERROR|REFUSED_STREAM|CANCEL|ENHANCE_YOUR_CALM)$)/;

/**
 * The names of permanent errors. `nock` gives the last one, with the code of a lost connection, if it blocks a call.
 */
const PERMANENT_NAMES: readonly unknown[] = ['AbortError', 'TimeoutError', 'NetConnectNotAllowedError'];

/** Matches the host that Sentry appends to the messages of browsers, as in `Failed to fetch (api.example.com)`. */
const SENTRY_HOST = / \(\S+\)$/;

/**
 * Matches the message of undici for a proxy that could not open a tunnel, but may do so later. The name of the error is
 * AbortError, although nobody aborted anything.
 */
const NO_TUNNEL = /^Proxy response \((?:408|429|50[0234])\)/;

/**
 * Matches the code and the message of an error of undici that shows that the server did not process a request of HTTP/2
 * (RFC 9113, sections 6.8 and 8.7). The server refused the stream, or excluded it from those that it processes. Undici
 * 7 reports the end of a connection in the same words without looking at the stream, but with another code.
 */
const HTTP2_UNPROCESSED = /REFUSED_STREAM$|^UND_ERR_INFO HTTP\/2: "GOAWAY"/;

/**
 * Matches a lost connection in Deno. Its errors have no codes, but their messages contain the error numbers of the
 * operating system. Those in the pattern are EPIPE, ENETUNREACH, ECONNRESET, ETIMEDOUT, ECONNREFUSED and EHOSTUNREACH
 * of Linux. Deno describes the error codes of HTTP/2 in words. Those in the pattern are NO_ERROR, INTERNAL_ERROR,
 * REFUSED_STREAM, CANCEL and ENHANCE_YOUR_CALM. A compressed body that breaks off is an unexpected end of a file.
 */
const DENO_TRANSIENT =
  /error received: (?:not a|unexpected|refused|stream no|detected)|broken pipe|client error \((?:Connect|SendRequest)\)|connection (?:reset|closed)|error reading a body|unexpected end of file|os error (?:32|101|104|110|111|113)\b/i;
/** Matches those errors of Deno that look like a lost connection, but come from the request or the certificate. */
const DENO_PERMANENT = /certificate|InvalidContentType|too large|invalid HTTP|user body stream|body from user/i;

/** The words that follow the URL in the messages of Deno's HTTP client. */
const DENO_CLIENT = 'client error ';

/** Finds the URL in the message of a connection that Deno could not open. */
const DENO_CONNECT = /for url \((.*)\): client error \(Connect\)/;

/** The maximum number of errors that are examined in a chain of causes. */
const DEPTH = 5;

type Kind = 'transient' | 'permanent';

/**
 * The fields that an error may have. Errors of Node and Bun have a code. Those of Node also name a system call, and
 * a host name or an address.
 */
interface ErrorFields {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly type?: unknown;
  readonly status?: unknown;
}

interface Finding {
  readonly kind: Kind;
  /** The error that shows the kind. It is the given error, or one of its causes. */
  readonly source: ErrorFields;
}

/** Returns the kind of an error. It is the kind of the first error in its chain of causes that shows one. */
function findKind(error: unknown): Finding {
  let current = error;
  for (let depth = 0; depth < DEPTH && typeof current === 'object' && current !== null; depth++) {
    const source: ErrorFields = current;
    const kind = kindOf(source);
    if (kind) return { kind, source };
    current = source.cause;
  }
  return { kind: 'permanent', source: {} };
}

/** Returns the kind that this error alone shows, or `undefined` if only its cause can show it. */
function kindOf(error: ErrorFields): Kind | undefined {
  const { name, code, message } = error;
  // The Fetch standard calls `Response.error()` a network error. `msw` makes it the cause of its errors.
  if (error.type === 'error' && error.status === 0) return 'transient';
  if (typeof message === 'string' && NO_TUNNEL.test(message)) return 'transient';
  if (PERMANENT_NAMES.includes(name)) return 'permanent';
  if (typeof code === 'string') {
    const isTransient = CONNECTION_CODES.has(code) || HTTP2_ENDED.test(code);
    return isTransient && !HTTP2_PERMANENT.test(String(message)) ? 'transient' : 'permanent';
  }
  if (typeof message !== 'string') return undefined;
  if (FETCH_MESSAGES.has(message.replace(SENTRY_HOST, ''))) return 'transient';
  // Skip the URL at the beginning of the message, because it may contain any of the words that are searched for.
  const reason = message.slice(Math.max(0, message.indexOf(DENO_CLIENT)));
  if (!DENO_TRANSIENT.test(reason)) return undefined;
  return DENO_PERMANENT.test(reason) ? 'permanent' : 'transient';
}

/**
 * Returns whether an error of `fetch` may go away by itself. Such errors are a refused, reset or closed connection, a
 * host name that does not resolve, a timeout of the network, an HTTP/2 stream that ended, and a proxy that cannot open
 * a tunnel for now. Recognises the errors of Node, Bun, Deno, browsers and workerd.
 *
 * Returns false if the request itself is wrong, such as its URL or a header, and for a bad certificate or a redirect
 * loop. Also returns false for aborts, and for timeouts that the caller has set.
 *
 * In browsers, a response that CORS blocks looks like a lost connection, and counts as one.
 *
 * @example
 * retry({ on: [HttpError, isTransient] });
 */
export function isTransient(error: unknown): boolean {
  return findKind(error).kind !== 'permanent';
}

/** The request that an error is compared with. */
interface SentRequest {
  readonly method: string;
  readonly url: URL;
}

/**
 * Returns whether a request was certainly not sent. Such a request may be sent again with any method.
 *
 * Returns false if the error does not show that, as in browsers, or in Bun if a connection is refused. Also returns
 * false if the error belongs to another request, host or port, because then a server received the request and
 * redirected it.
 */
export function isNeverSent(error: unknown, { method, url }: SentRequest): boolean {
  const { source } = findKind(error);
  const { hostname, port, protocol } = url;
  const href = url.href.replace(/#.*/, '');
  const failed = failedRequest(source);
  const message = String(source.message);
  if (failed !== undefined) {
    return (
      failed === `${method} ${href}` && (isUnopened(source) || HTTP2_UNPROCESSED.test(`${source.code} ${message}`))
    );
  }
  const denoUrl = DENO_CONNECT.exec(message)?.[1];
  if (denoUrl) return denoUrl === href;
  if (!OPENING_CALL.test(String(source.syscall))) return false;
  // A missing field counts as expected. An error with an address never counts for a host name, because the address may
  // belong to another host.
  const expected = { hostname, address: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  const actual: ErrorFields = { ...expected, ...source };
  return actual.hostname === hostname && actual.address === hostname && actual.port === expected.port;
}
