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

/** How deep a cause may lie. */
const DEPTH = 5;

type Kind = 'never sent' | 'transient' | 'permanent';

function kindOf(error: unknown): Kind {
  let current = error;
  for (let depth = 0; depth < DEPTH && typeof current === 'object' && current !== null; depth++) {
    const { name, code, message, cause } = current as {
      name?: unknown;
      code?: unknown;
      message?: unknown;
      cause?: unknown;
    };
    // What the Fetch standard calls a network error; msw hands it on as the cause.
    if (current instanceof Response) return current.type === 'error' ? 'transient' : 'permanent';
    if (name === 'AbortError' || name === 'TimeoutError') return 'permanent';
    if (typeof code === 'string') {
      if (NEVER_SENT_CODES.includes(code) || code === 'ConnectionRefused') return 'never sent';
      return TRANSIENT_CODES.has(code) ? 'transient' : 'permanent';
    }
    if (typeof message === 'string') {
      if (TRANSIENT_MESSAGES.has(message)) return 'transient';
      if (DENO_TRANSIENT.test(message)) {
        if (DENO_PERMANENT.test(message)) return 'permanent';
        return message.includes('(Connect)') ? 'never sent' : 'transient';
      }
    }
    current = cause;
  }
  return 'permanent';
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
  return kindOf(error) !== 'permanent';
}

/** Whether the request certainly never left: then even one that must not be repeated may be sent. Not knowable in browsers. */
export function isNeverSent(error: unknown): boolean {
  return kindOf(error) === 'never sent';
}
