const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/*
 * The three forms of a date in HTTP (RFC 9110, section 5.6.7): today's, and two that recipients must understand.
 * Not `Date.parse`, which takes nearly anything for a date, and not the same things in every runtime.
 */
const CURRENT = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z][a-z]) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const RFC_850 =
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-([A-Z][a-z][a-z])-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/;
const ASCTIME = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z][a-z]) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/;

/** The instant that an HTTP date names, in ms since 1970; `undefined` for anything else. `now` settles which century a two-digit year is of. */
export function parseHttpDate(text: string, now: number): number | undefined {
  let match = CURRENT.exec(text);
  if (match) return instant(Number(match[3]), match[2], match[1], match[4], match[5], match[6]);
  match = ASCTIME.exec(text);
  if (match) return instant(Number(match[6]), match[1], match[2], match[3], match[4], match[5]);
  match = RFC_850.exec(text);
  if (!match) return undefined;
  // More than 50 years ahead means the most recent past year with these digits (RFC 9110, section 5.6.7).
  const thisYear = new Date(now).getUTCFullYear();
  let year = thisYear - (thisYear % 100) + Number(match[3]);
  if (year > thisYear + 50) year -= 100;
  else if (year <= thisYear - 50) year += 100;
  return instant(year, match[2], match[1], match[4], match[5], match[6]);
}

function instant(
  year: number,
  monthName?: string,
  dayText?: string,
  hourText?: string,
  minuteText?: string,
  secondText?: string,
): number | undefined {
  const month = MONTHS.indexOf(monthName as string);
  const [day, hour, minute, second] = [dayText, hourText, minuteText, secondText].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  // `Date` would roll the 31st of a shorter month over. 60 is a leap second.
  if (month < 0 || date.getUTCMonth() !== month || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60)
    return undefined;
  return date.setUTCHours(hour, minute, second);
}

/** What parses headers need of them. */
interface ReadableHeaders {
  get(name: string): string | null;
}

/**
 * How long an answer asks to wait, in ms; `undefined` where it does not, or not in a way that anyone defined.
 * `retry-after-ms` (Azure, OpenAI) is more exact, so it goes first. RFC 9110, section 10.2.3.
 */
export function parseRetryAfter(headers: ReadableHeaders, now: number): number | undefined {
  const ms = parseDigits(headers.get('retry-after-ms'));
  if (ms !== undefined) return ms;
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = parseDigits(text);
  if (seconds !== undefined) return Math.min(seconds * 1_000, Number.MAX_SAFE_INTEGER);
  const until = parseHttpDate(text, now);
  if (until === undefined) return undefined;
  // By the server's own clock, so that it does not matter how far ours is off.
  return Math.max(0, until - (parseHttpDate(headers.get('date') ?? '', now) ?? now));
}

/** Digits alone: `Number` would accept `''`, `1e3`, `0x10` and `-5` too. */
function parseDigits(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
}
