/**
 * The codes of connections that could not be opened, or that were lost. They may work again later. UND_ERR_DESTROYED is
 * not in the list, because there the caller closed the connection. The page of the site about transient errors shows the
 * comments.
 */
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
  // undici: the other side closed the connection.
  'UND_ERR_SOCKET',
  // undici: the connection could not be opened in time.
  'UND_ERR_CONNECT_TIMEOUT',
  // undici: the answer did not begin in time.
  'UND_ERR_HEADERS_TIMEOUT',
  // undici: the body of the answer stopped arriving.
  'UND_ERR_BODY_TIMEOUT',
  // undici: HTTP/2 failed. Node reports its other errors.
  'UND_ERR_INFO',
  // undici: a proxy closed the connection instead of opening a tunnel.
  'UND_ERR_PRX_CONN',
  // Bun: nobody listens on the port.
  'ConnectionRefused',
  // Bun: the other side closed the connection.
  'ConnectionClosed',
  // Bun: the connection could not be opened.
  'FailedToOpenSocket',
  // Bun: the other side did not answer in time.
  'Timeout',
]);

/**
 * The messages of Chromium, Safari, Firefox, workerd, React Native and Node. Their errors have neither a code nor a
 * cause.
 */
export const FETCH_MESSAGES: ReadonlySet<string> = new Set([
  // Chromium: the connection was lost, or could not be opened.
  'Failed to fetch',
  // Safari: the same.
  'Load failed',
  // Firefox: the same.
  'NetworkError when attempting to fetch resource.',
  // workerd: the same.
  'Network connection lost.',
  // React Native: the same.
  'Network request failed',
  // React Native: the other side did not answer in time.
  'Network request timed out',
  // Chromium: a body broke off while it was read.
  'network error',
  // Node: the body does not match `integrity`. It compares also the body of a 503, whose status it then hides.
  'integrity mismatch',
]);
