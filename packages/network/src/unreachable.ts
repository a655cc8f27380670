/** The codes of connections that could not be opened, or that were lost. They may work again later. */
export const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  // Nobody listens on the port, because the server is down or starts.
  'ECONNREFUSED',
  // The other side closed the connection without notice.
  'ECONNRESET',
  // This side gave the connection up.
  'ECONNABORTED',
  // The host name is not known, or not known yet.
  'ENOTFOUND',
  // The name server did not answer.
  'EAI_AGAIN',
  // The other side closed the connection before everything was written.
  'EPIPE',
  // The other side did not answer in time.
  'ETIMEDOUT',
  // No route leads to the host.
  'EHOSTUNREACH',
  // The host is down.
  'EHOSTDOWN',
  // No route leads to the network.
  'ENETUNREACH',
  // The network is down.
  'ENETDOWN',
  // The network closed the connection.
  'ENETRESET',
  // All local ports are in use.
  'EADDRNOTAVAIL',
  // Node's `fetch` is undici. UND_ERR_DESTROYED is not in the list, because there the caller closed the connection.
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  // HTTP/2 in undici. The other errors of HTTP/2 come from Node.
  'UND_ERR_INFO',
  // A proxy closed the connection instead of opening a tunnel.
  'UND_ERR_PRX_CONN',
  // Bun has codes of its own.
  'ConnectionRefused',
  'ConnectionClosed',
  'FailedToOpenSocket',
  'Timeout',
]);

/**
 * The messages of Chromium, Safari, Firefox, workerd, React Native and Node. Their errors have neither a code nor a
 * cause.
 */
export const FETCH_MESSAGES: ReadonlySet<string> = new Set([
  'Failed to fetch',
  'Load failed',
  'NetworkError when attempting to fetch resource.',
  'Network connection lost.',
  'Network request failed',
  'Network request timed out',
  // Chromium says this if a body breaks off while it is read.
  'network error',
  // Node compares the `integrity` also with the body of a 503, whose status it then hides.
  'integrity mismatch',
]);
