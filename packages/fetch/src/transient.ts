import { connectTarget } from './connect-target.ts';

/*
 * Which errors of `fetch` pass by themselves. No runtime says so: an invalid URL, a bad certificate and a reset
 * connection are all a `TypeError`, or a plain `Error`. What tells them apart was measured in Node, Bun, Deno,
 * workerd and Chromium.
 */

/** The connection was never made, so that nothing of the request can have arrived. */
const NEVER_SENT_CODES = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  ...NEVER_SENT_CODES,
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'ENETDOWN',
  'ENETRESET',
  'EADDRNOTAVAIL',
  // Node's fetch is undici. Not UND_ERR_DESTROYED: there the caller closed the connection.
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  // Bun's own.
  'ConnectionRefused',
  'ConnectionClosed',
  'FailedToOpenSocket',
  'Timeout',
]);

/** Where there is neither a code nor a cause: Chromium, Safari, Firefox, workerd. */
const TRANSIENT_MESSAGES: ReadonlySet<string> = new Set([
  'Failed to fetch',
  'Load failed',
  'NetworkError when attempting to fetch resource.',
  'Network connection lost.',
]);

/** Deno has no codes either, but its messages hold the operating system's: EPIPE, ENETUNREACH, ECONNRESET, ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH. */
const DENO_TRANSIENT =
  /client error \((?:Connect|SendRequest)\)|connection (?:reset|closed)|error reading a body|os error (?:32|101|104|110|111|113)\b/i;
const DENO_PERMANENT = /certificate|InvalidContentType|too large|invalid HTTP|user body stream|body from user/i;

/** What Deno's HTTP client begins with, behind the URL. */
const DENO_CLIENT = 'client error ';

const DENO_URL = /for url \((.*)\): client error /;

const IPV4_ADDRESS = /^[\d.]+$/;

/** How deep a cause may lie. */
const DEPTH = 5;

type Kind = 'never sent' | 'transient' | 'permanent';

/** What an error may tell: Node's and Bun's have codes, Node's also where it went. */
interface Told {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  /** One for each address of a host, where it has several. */
  readonly errors?: readonly Told[];
}

const PERMANENT = { kind: 'permanent', told: {} } as const;

/** Of what kind an error is, and which one among its causes tells. */
function judge(error: unknown): { readonly kind: Kind; readonly told: Told } {
  let current = error;
  for (let depth = 0; depth < DEPTH && typeof current === 'object' && current !== null; depth++) {
    const told: Told = current;
    const kind = kindOf(told);
    if (kind) return { kind, told };
    current = told.cause;
  }
  return PERMANENT;
}

function kindOf(told: Told): Kind | undefined {
  const { name, code, message } = told;
  // What the Fetch standard calls a network error; msw hands it on as the cause.
  if (told instanceof Response) return told.type === 'error' ? 'transient' : 'permanent';
  if (name === 'AbortError' || name === 'TimeoutError') return 'permanent';
  if (typeof code === 'string') {
    if (NEVER_SENT_CODES.includes(code) || code === 'ConnectionRefused') return 'never sent';
    return TRANSIENT_CODES.has(code) ? 'transient' : 'permanent';
  }
  if (typeof message !== 'string') return undefined;
  if (TRANSIENT_MESSAGES.has(message)) return 'transient';
  // Without the URL before it, which may hold any of the words.
  const reason = message.slice(Math.max(0, message.indexOf(DENO_CLIENT)));
  if (!DENO_TRANSIENT.test(reason)) return undefined;
  if (DENO_PERMANENT.test(reason)) return 'permanent';
  return reason.startsWith(`${DENO_CLIENT}(Connect)`) ? 'never sent' : 'transient';
}

/**
 * Tell whether an error of `fetch` is one that may pass by itself: refused, reset and closed connections, names that
 * do not resolve for now, timeouts of the network. In Node, Bun, Deno, browsers and workerd; false for what is wrong
 * with the request (URL, header, certificate, redirect loop), and for aborts and timeouts that the caller asked for.
 *
 * In browsers an answer that CORS hides looks like a lost connection, and counts as one.
 *
 * @example
 * retry({ on: [HttpError, isTransient] });
 */
export function isTransient(error: unknown): boolean {
  return judge(error).kind !== 'permanent';
}

/**
 * Whether a request for `url` never left: then even one that must not be repeated may be sent. Not knowable in
 * browsers; and not so where the error tells of another URL, host or port: a redirect led there, from where the
 * request had arrived.
 */
export function isNeverSent(error: unknown, url: URL): boolean {
  const { kind, told } = judge(error);
  return kind === 'never sent' && !isElsewhere(told, url);
}

function isElsewhere(told: Told, { href, hash, hostname, port, protocol, host }: URL): boolean {
  const target = connectTarget(told);
  if (target) return target.host !== host || target.protocol !== protocol;
  const [, denoUrl] = DENO_URL.exec(String(told.message)) ?? [];
  if (denoUrl) return denoUrl !== href.slice(0, href.length - hash.length);
  const goal = { hostname, address: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  const went: Told = { ...goal, ...(told.errors?.[0] ?? told) };
  return (
    went.hostname !== hostname ||
    went.port !== goal.port ||
    // A name may have any address.
    (IPV4_ADDRESS.test(hostname) && went.address !== hostname)
  );
}
