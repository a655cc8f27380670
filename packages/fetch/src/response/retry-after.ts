/*
 * The three forms of a date in HTTP (RFC 9110, section 5.6.7): the current one, and two older ones that recipients must
 * understand. `Date.parse` would accept almost any text as a date, and each runtime accepts something else.
 */
const TIME = '([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CURRENT = new RegExp(`^${DAY}, (\\d\\d) (\\w{3}) (\\d{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-(\\w{3})-(\\d\\d) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${DAY} (\\w{3}) ([ \\d]\\d) ${TIME} (\\d{4})$`);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Returns the instant that an HTTP date names, in ms since 1970, or `undefined` for any other text. `nowMs` settles the
 * century of a two-digit year.
 */
function parseHttpDate(text: string, nowMs: number): number | undefined {
  const asctime = ASCTIME.exec(text);
  const rfc850 = RFC_850.exec(text);
  const match = asctime ?? rfc850 ?? CURRENT.exec(text);
  if (!match) return undefined;
  const parts = asctime
    ? [match[6], match[1], match[2], match[3], match[4], match[5]]
    : [match[3], match[2], match[1], match[4], match[5], match[6]];
  const month = MONTHS.indexOf(parts[1] as string);
  const [year, , day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number];
  const midnight = new Date(Date.UTC(rfc850 ? fullYear(year, nowMs) : year, month, day));
  // `Date` turns the 31st of a shorter month into a day of the next month.
  if (month < 0 || midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/**
 * Returns the year that two digits mean. A year that seems to be more than 50 years ahead is the most recent one in the
 * past with the same two digits (RFC 9110, section 5.6.7).
 */
function fullYear(year: number, nowMs: number): number {
  const latest = new Date(nowMs).getUTCFullYear() + 50;
  return latest - ((latest - year) % 100);
}

interface ReadableHeaders {
  get(name: string): string | null;
}

/**
 * Returns the wait that a response requests, in ms (RFC 9110, section 10.2.3), or `undefined` if its headers are missing
 * or invalid. `retry-after-ms` (Azure, OpenAI) comes first, because it is more exact.
 */
export function parseRetryAfter(headers: ReadableHeaders, nowMs: number): number | undefined {
  const text = headers.get('retry-after') ?? '';
  const ms = parseDigits(headers.get('retry-after-ms') ?? '', 1) ?? parseDigits(text, 1_000);
  if (ms !== undefined || !text) return ms;
  const untilMs = parseHttpDate(text, nowMs);
  if (untilMs === undefined) return undefined;
  // The server's own clock is used if it is known, so that it does not matter how wrong ours is.
  return Math.max(0, untilMs - (parseHttpDate(headers.get('date') ?? '', nowMs) ?? nowMs));
}

/** Accepts nothing but digits. `Number` would also accept `''`, `1e3`, `0x10` and `-5`. */
function parseDigits(text: string, unitMs: number): number | undefined {
  return /^\d+$/.test(text) ? Math.min(Number(text) * unitMs, Number.MAX_SAFE_INTEGER) : undefined;
}
