/** The origin of a request. */
export interface Origin {
  readonly origin: string;
  readonly host: string;
  /** True if the scheme is http or https. Requests of other schemes are not retried. */
  readonly isHttp: boolean;
}

/** The origin of the newest request, or `undefined` before the first. */
let newest: Origin | undefined;

/**
 * Returns the origin of an address, or `undefined` if the address is not a URL.
 *
 * Most calls go to the same origin as the call before, and the beginning of the address shows that. Only other
 * addresses are parsed, by reading `parsed.url`. Parsing each address took a fifth of the time that a successful call
 * costs, apart from its request.
 */
export function originOf(address: string, parsed: { readonly url: URL | undefined }): Origin | undefined {
  if (newest && address.startsWith(newest.origin) && address[newest.origin.length] === '/') return newest;
  const { url } = parsed;
  if (!url) return undefined;
  const { origin, host, protocol } = url;
  const found = { origin, host, isHttp: /^https?:$/.test(protocol) };
  // A URL such as `blob:http://a.test/` has the origin `http://a.test`, but no host. It must not be mistaken for the
  // origin of `http://a.test/`.
  if (address.startsWith(origin)) newest = found;
  return found;
}

/** The maximum number of names of requests. Metrics keep each name forever, and so does this file. */
const MOST_NAMES = 1_000;
const names = new Set<string>();

/**
 * Returns `name`, or `OTHER` if there are too many other names already. Without this limit, anyone who chooses the
 * hosts of requests could fill metrics and memory, such as the user of a crawler.
 */
export function limitNames(name: string): string {
  if (names.size >= MOST_NAMES && !names.has(name)) return 'OTHER';
  names.add(name);
  return name;
}
