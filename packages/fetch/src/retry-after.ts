/*
 * The three forms of a date in HTTP (RFC 9110, section 5.6.7): today's, and two that recipients must understand.
 * Not `Date.parse`, which takes nearly anything for a date, and not the same things in every runtime.
 */
const TIME = '([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CURRENT = new RegExp(`^${DAY}, (\\d\\d) (\\w{3}) (\\d{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-(\\w{3})-(\\d\\d) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${DAY} (\\w{3}) ([ \\d]\\d) ${TIME} (\\d{4})$`);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The instant that an HTTP date names, in ms since 1970; `undefined` for anything else. `now` settles the century of a two-digit year. */
function parseHttpDate(text: string, now: number): number | undefined {
  const asctime = ASCTIME.exec(text);
  const rfc850 = RFC_850.exec(text);
  const match = asctime ?? rfc850 ?? CURRENT.exec(text);
  if (!match) return undefined;
  const parts = asctime
    ? [match[6], match[1], match[2], match[3], match[4], match[5]]
    : [match[3], match[2], match[1], match[4], match[5], match[6]];
  const month = MONTHS.indexOf(parts[1] as string);
  const [year, , day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number];
  const midnight = new Date(Date.UTC(rfc850 ? fullYear(year, now) : year, month, day));
  // `Date` would roll the 31st of a shorter month over.
  if (month < 0 || midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/** Of two digits: more than 50 years ahead means the most recent past year with these two digits (RFC 9110, section 5.6.7). */
function fullYear(year: number, now: number): number {
  const latest = new Date(now).getUTCFullYear() + 50;
  return latest - ((latest - year) % 100);
}

/** What parsing headers needs of them. */
interface ReadableHeaders {
  get(name: string): string | null;
}

/**
 * How long an answer asks to wait, in ms; `undefined` where it does not, or not in a way that anyone defined.
 * `retry-after-ms` (Azure, OpenAI) is more exact, so it goes first. RFC 9110, section 10.2.3.
 */
export function parseRetryAfter(headers: ReadableHeaders, now: number): number | undefined {
  const text = headers.get('retry-after') ?? '';
  const ms = parseDigits(headers.get('retry-after-ms') ?? '', 1) ?? parseDigits(text, 1_000);
  if (ms !== undefined || !text) return ms;
  const until = parseHttpDate(text, now);
  if (until === undefined) return undefined;
  // By the server's own clock, so that it does not matter how far ours is off.
  return Math.max(0, until - (parseHttpDate(headers.get('date') ?? '', now) ?? now));
}

/** Digits alone: `Number` would accept `''`, `1e3`, `0x10` and `-5` too. */
function parseDigits(text: string, unit: number): number | undefined {
  return /^\d+$/.test(text) ? Math.min(Number(text) * unit, Number.MAX_SAFE_INTEGER) : undefined;
}
