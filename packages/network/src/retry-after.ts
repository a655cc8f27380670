/*
 * The three forms of a date in HTTP (RFC 9110, section 5.6.7). The first is the current form, and recipients must also
 * understand the two older ones. `Date.parse` accepts many other texts, and each runtime accepts different ones.
 */
const TIME = '([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CURRENT = new RegExp(`^${DAY}, (\\d\\d) (\\w{3}) (\\d{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-(\\w{3})-(\\d\\d) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${DAY} (\\w{3}) ([ \\d]\\d) ${TIME} (\\d{4})$`);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Returns the time that an HTTP date names, in ms since 1970, or `undefined` for any other text. `nowMs` determines the
 * century of a year with two digits.
 */
function parseHttpDate(text: string, nowMs: number): number | undefined {
  if (text === '') return undefined;
  const asctime = ASCTIME.exec(text);
  const rfc850 = RFC_850.exec(text);
  const match = asctime ?? rfc850 ?? CURRENT.exec(text);
  if (!match) return undefined;
  const parts = asctime
    ? [match[6], match[1], ...match.slice(2, 6)]
    : [match[3], match[2], match[1], ...match.slice(4)];
  const month = MONTHS.indexOf(parts[1] as string);
  const [year, , day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number];
  const midnight = new Date(Date.UTC(rfc850 ? fullYear(year, nowMs) : year, month, day));
  // `Date` turns the 31st of a shorter month into a day of the next month, which this check detects.
  if (month < 0 || midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/**
 * Returns the full year for a year with two digits. It is at most 50 years ahead. A later one counts as the most recent
 * year in the past with the same two digits (RFC 9110, section 5.6.7).
 */
function fullYear(year: number, nowMs: number): number {
  const latest = new Date(nowMs).getUTCFullYear() + 50;
  return latest - ((latest - year) % 100);
}

/**
 * Returns the value of a header, or `''` if there is none. `name` is in lower case. The headers may be a plain object,
 * whose names are in any case, or missing, as in mocks.
 */
export function headerOf(headers: any, name: string): string {
  if (typeof headers?.get === 'function') return String(headers.get(name) ?? '');
  // A loop allocates nothing, and the length rules out most names. Predicates run this for each error.
  for (const key in headers) {
    if (key.length === name.length && key.toLowerCase() === name) return String(headers[key] ?? '');
  }
  return '';
}

/**
 * Returns the wait that a server requests in the headers of a response, in ms, or `undefined` if it requests none. The
 * headers of rate limits count only if `status` is 429.
 */
export function retryAfterOf(headers: object | null | undefined, status?: number): number | undefined {
  return parseRetryAfter(headers, status, Date.now());
}

/** Does the same as `retryAfterOf`, but gets the current time from its caller, in ms since 1970. */
export function parseRetryAfter(headers: unknown, status: number | undefined, nowMs: number): number | undefined {
  const text = headerOf(headers, 'retry-after');
  const ms = parseNumber(headerOf(headers, 'retry-after-ms'), 1) ?? parseNumber(text, 1_000);
  if (ms !== undefined) return ms;
  const untilMs = parseHttpDate(text, nowMs) ?? (status === 429 ? parseReset(headers, nowMs) : undefined);
  if (untilMs === undefined) return undefined;
  // The `date` of the response is the time of the server. The result is right then, even if our own clock is wrong.
  return Math.max(0, untilMs - serverTimeMs(headers, nowMs));
}

function serverTimeMs(headers: unknown, nowMs: number): number {
  return parseHttpDate(headerOf(headers, 'date'), nowMs) ?? nowMs;
}

const YEAR_MS = 365 * 86_400_000;

/**
 * Returns the time at which a rate limit ends, in ms since 1970. The headers hold the seconds until then. Some servers
 * send the time itself, in seconds or in ms since 1970. Such a number is larger than a year.
 */
function parseReset(headers: unknown, nowMs: number): number | undefined {
  const ms =
    parseNumber(resetsOf(headerOf(headers, 'ratelimit')), 1_000) ??
    parseNumber(headerOf(headers, 'ratelimit-reset'), 1_000) ??
    parseNumber(headerOf(headers, 'x-ratelimit-reset'), 1_000);
  if (ms === undefined) return undefined;
  if (ms <= YEAR_MS) return serverTimeMs(headers, nowMs) + ms;
  return ms < 1_000 * YEAR_MS ? ms : ms / 1_000;
}

/**
 * Returns the seconds of a `RateLimit` header as a list, such as `30` for `"minute";r=0;t=30`. If limits are used up,
 * which means that `r` is 0, only those count. An older draft wrote `limit=9, remaining=0, reset=30`.
 */
function resetsOf(text: string): string {
  if (text === '') return '';
  // A quoted name may hold any characters.
  const limits = text.replace(/"[^"]*"/g, '').split(',');
  const usedUp = limits.filter((limit) => /;\s*r=0\b/.test(limit));
  const counting = usedUp.length > 0 ? usedUp : limits;
  return counting.flatMap((limit) => /\b(?:t|reset)=(\d+)/.exec(limit)?.[1] ?? []).join();
}

/**
 * Converts a number to ms, rounded up. The number may have decimals, because some servers send them. If a proxy adds a
 * second header, the text is a list, such as `1, 5`. The largest number counts then. Returns `undefined` for any other
 * text, such as `''`, `1e3`, `0x10` and `-5`.
 */
function parseNumber(text: string, unitMs: number): number | undefined {
  if (text === '' || !/^\d+(\.\d+)?( *, *\d+(\.\d+)?)*$/.test(text)) return undefined;
  return Math.min(Math.ceil(Math.max(...text.split(',').map(Number)) * unitMs), Number.MAX_SAFE_INTEGER);
}
