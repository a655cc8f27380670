import { retryAfterOf, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';

type Headers = Record<string, string>;

/** Returns the wait that is scheduled after a response with these headers. The call is aborted before the wait begins. */
async function waitAfter(headers: Headers, options = {}, status = 503): Promise<number | undefined> {
  await using server = await flakyServer({ status, headers });
  const controller = new AbortController();
  let wait: number | undefined;
  const fetch = retryingFetch({
    waitInitial: 7,
    waitJitter: 0,
    timeout: Infinity,
    ...options,
    onRetry: ({ waitFor }) => {
      wait = waitFor;
      controller.abort();
    },
  });
  await fetch(server.url, { signal: controller.signal }).catch(() => {});
  return wait;
}

const CLOCK = { date: 'Sun, 06 Nov 1994 08:49:37 GMT' };

describe('Retry-After', () => {
  test.each([
    ['seconds', { 'retry-after': '120' }, 120_000],
    ['seconds with leading zeros', { 'retry-after': '0030' }, 30_000],
    ['a date in the current form', { ...CLOCK, 'retry-after': 'Sun, 06 Nov 1994 08:50:37 GMT' }, 60_000],
    ['a date as in RFC 850', { ...CLOCK, 'retry-after': 'Sunday, 06-Nov-94 08:49:47 GMT' }, 10_000],
    ['a date as in asctime', { ...CLOCK, 'retry-after': 'Sun Nov  6 09:49:37 1994' }, 3_600_000],
    ['a leap second', { ...CLOCK, 'retry-after': 'Sun, 06 Nov 1994 08:50:60 GMT' }, 83_000],
    [
      'the day after a leap day',
      { date: 'Tue, 29 Feb 2028 00:00:00 GMT', 'retry-after': 'Wed, 01 Mar 2028 00:00:00 GMT' },
      86_400_000,
    ],
    ['milliseconds', { 'retry-after-ms': '1500' }, 1_500],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '120' }, 1_500],
    ['seconds if the milliseconds are no number', { 'retry-after-ms': '1.5.1', 'retry-after': '120' }, 120_000],
    ['decimals of seconds', { 'retry-after': '1.5' }, 1_500],
    ['decimals of milliseconds, rounded up', { 'retry-after-ms': '700.4' }, 701],
    ['the largest number of a list', { 'retry-after': '1, 20.5 ,3' }, 20_500],
  ])('is waited for: %s', async (_, headers, wait) => {
    expect(await waitAfter(headers)).toBe(wait);
  });

  test('a date is compared with the clock of the server', async () => {
    expect(
      await waitAfter({ date: 'Fri, 01 Jan 2100 00:00:00 GMT', 'retry-after': 'Fri, 01 Jan 2100 00:00:30 GMT' }),
    ).toBe(30_000);
  });

  test('our clock replaces an invalid date of the server', async () => {
    const soon = new Date(Date.now() + 60_000).toUTCString();
    for (const date of ['yesterday', '']) {
      const wait = await waitAfter({ date, 'retry-after': soon });
      expect(wait).toBeGreaterThan(55_000);
      expect(wait).toBeLessThanOrEqual(60_000);
    }
  });

  test('a two-digit year is never more than 50 years ahead', async () => {
    const digits = (ahead: number) => String((new Date().getUTCFullYear() + ahead) % 100).padStart(2, '0');
    const year = 365 * 86_400_000;
    expect(await waitAfter({ date: '', 'retry-after': `Sunday, 06-Nov-${digits(49)} 08:49:37 GMT` })).toBeGreaterThan(
      47 * year,
    );
    expect(await waitAfter({ date: '', 'retry-after': `Sunday, 06-Nov-${digits(51)} 08:49:37 GMT` })).toBe(7);
  });

  test.each([
    ['zero', { 'retry-after': '0' }],
    ['a date in the past', { ...CLOCK, 'retry-after': 'Sat, 05 Nov 1994 08:49:37 GMT' }],
    ['a year in antiquity', { 'retry-after': 'Sat, 06 Nov 0060 08:49:37 GMT' }],
    ['less than the backoff', { 'retry-after-ms': '3' }],
  ])('the usual backoff applies to %s', async (_, headers) => {
    expect(await waitAfter(headers)).toBe(7);
  });

  test.each(
    [
      '-5',
      '+5',
      '1.',
      '.5',
      '1e3',
      '0x10',
      '',
      'soon',
      '5s',
      '5 5',
      '5,',
      '5, soon',
      'NaN',
      'Infinity',
      '٣',
      '2100-01-01T00:00:00Z',
      'Fri, 01 Jan 2100',
      'Fri, 01 Jan 2100 00:00:00',
      'Fri, 01 Jan 2100 00:00:00 UTC',
      'Fri, 01 Jan 2100 00:00:00 +0000',
      'Fri, 1 Jan 2100 00:00:00 GMT',
      'Fri, 31 Feb 2100 00:00:00 GMT',
      'Fri, 00 Jan 2100 00:00:00 GMT',
      'Fri, 01 Foo 2100 00:00:00 GMT',
      'Fri, 01 Jan 2100 24:00:00 GMT',
      'Fri, 01 Jan 2100 00:60:00 GMT',
      'Fri, 01 Jan 2100 00:00:61 GMT',
      'fri, 01 jan 2100 00:00:00 gmt',
      'Fry, 01 Jan 2100 00:00:00 GMT',
      '01 Jan 2100 00:00:00 GMT',
      'Friday, 01-Jan-2100 00:00:00 GMT',
      'Fri Jan 1 00:00:00 2100',
      'Fri, 01 Jan 2100 00:00:00 GMT, 5',
    ].map((value) => [value]),
  )('%j is ignored', async (value) => {
    // A header can hold nothing but Latin-1.
    const header = Buffer.from(value).toString('latin1');
    expect(await waitAfter({ 'retry-after': header })).toBe(7);
    expect(await waitAfter({ 'retry-after-ms': header })).toBe(7);
  });

  test('jitter goes on top and `waitMax` does not apply', async () => {
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 20; i++)
      waits.push(await waitAfter({ 'retry-after': '100' }, { waitInitial: 1, waitMax: 1_000, waitJitter: 500 }));
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(100_000);
      expect(wait).toBeLessThanOrEqual(100_500);
    }
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  test.each(['3600', '99999999999', '9'.repeat(400), 'Fri, 01 Jan 9999 00:00:00 GMT'])(
    '%s does not fit into `timeout`',
    async (value) => {
      await using server = await flakyServer({ status: 429, body: 'later', headers: { 'retry-after': value } });
      const begun = performance.now();
      const response = await retryingFetch()(server.url);
      expect([response.status, await response.text(), server.requests.length]).toEqual([429, 'later', 1]);
      expect(performance.now() - begun).toBeLessThan(2_000);
    },
  );

  test('may be longer than any timer', async () => {
    await using server = await flakyServer({ status: 503, headers: { 'retry-after': '99999999999' } });
    const fetch = retryingFetch({ timeout: Infinity });
    await expect(fetch(server.url, { signal: AbortSignal.timeout(150) })).rejects.toThrow('timeout');
    expect(server.requests).toHaveLength(1);
  });

  test('is never undercut', async () => {
    await using server = await flakyServer([{ status: 503, headers: { 'retry-after-ms': '120' } }, {}]);
    await retryingFetch({ waitInitial: 0, waitJitter: 0 })(server.url);
    const [first, second] = server.requests as unknown as [{ at: number }, { at: number }];
    expect(second.at - first.at).toBeGreaterThanOrEqual(119);
  });

  test('does not matter for other statuses', async () => {
    await using server = await flakyServer({ status: 404, headers: { 'retry-after': '1' } });
    expect((await retryingFetch()(server.url)).status).toBe(404);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a rate limit', () => {
  const seconds = (date: string) => String(Date.parse(date) / 1_000);
  test.each([
    ['RateLimit', { ratelimit: '"minute";r=0;t=30' }, 30_000],
    ['the limit of several that is used up', { ratelimit: '"day";r=9;t=3600, "s,t=7";r=0;t=2;pk=:dDE=:' }, 2_000],
    ['the longest of several that are used up', { ratelimit: 'a;r=0;t=3, b;r=0;t=20, c;r=1;t=50' }, 20_000],
    ['the longest if none is used up', { ratelimit: 'a;r=1;t=3, b;r=2;t=20' }, 20_000],
    ['RateLimit of an older draft', { ratelimit: 'limit=10, remaining=0, reset=40' }, 40_000],
    ['RateLimit-Reset', { 'ratelimit-reset': '25' }, 25_000],
    ['X-RateLimit-Reset in seconds', { 'x-ratelimit-reset': '1.5' }, 1_500],
    ['a year, in seconds', { 'x-ratelimit-reset': '31536000' }, 31_536_000_000],
    ['a time in seconds since 1970', { ...CLOCK, 'x-ratelimit-reset': seconds('1994-11-06T08:50:00Z') }, 23_000],
    ['a time in ms since 1970', { ...CLOCK, 'x-ratelimit-reset': `${seconds('1994-11-06T08:50:00Z')}000` }, 23_000],
    ['a time in the past', { ...CLOCK, 'x-ratelimit-reset': seconds('1994-11-06T08:49:00Z') }, 7],
    ['RateLimit before the others', { ratelimit: 'a;t=3', 'ratelimit-reset': '5', 'x-ratelimit-reset': '6' }, 3_000],
    ['RateLimit-Reset before X-RateLimit-Reset', { 'ratelimit-reset': '5', 'x-ratelimit-reset': '6' }, 5_000],
    ['X-RateLimit-Reset if RateLimit-Reset is nonsense', { 'ratelimit-reset': 'x', 'x-ratelimit-reset': '6' }, 6_000],
    ['Retry-After before all of them', { 'retry-after': '1', ratelimit: 'a;t=3', 'x-ratelimit-reset': '6' }, 1_000],
    ['its headers if Retry-After is nonsense', { 'retry-after': 'soon', 'ratelimit-reset': '5' }, 5_000],
  ])('is waited for: %s', async (_, headers, wait) => {
    expect(await waitAfter(headers as Headers, {}, 429)).toBe(wait);
  });

  test.each(['', 'a', 'a;r=0', 'a;r=0;t=', 'a;r=0;t=x', 'a;r=0;at=5', '"t=5"', 'soon', '-5'])(
    '%j is ignored',
    async (value) => {
      expect(await waitAfter({ ratelimit: value, 'x-ratelimit-reset': value }, {}, 429)).toBe(7);
    },
  );

  test('says nothing about other statuses', async () => {
    expect(await waitAfter({ ratelimit: 'a;r=0;t=5', 'ratelimit-reset': '5', 'x-ratelimit-reset': '5' })).toBe(7);
  });
});

describe('x-should-retry', () => {
  const requestsAfter = async (step: object, init?: RequestInit): Promise<number> => {
    await using server = await flakyServer([step, {}]);
    const response = await retryingFetch({ waitInitial: 0, waitJitter: 0 })(server.url, init);
    expect(response.status).toBe(server.requests.length === 1 ? (step as { status: number }).status : 200);
    return server.requests.length;
  };

  test.each([429, 503])('`false` ends the call with a %i', async (status) => {
    expect(await requestsAfter({ status, headers: { 'x-should-retry': 'false', 'retry-after': '0' } })).toBe(1);
  });

  test.each([400, 404, 409, 501])('`true` retries a %i', async (status) => {
    expect(await requestsAfter({ status, headers: { 'x-should-retry': 'true' } })).toBe(2);
  });

  test('`true` does not retry a success, or a method that is not safe to repeat', async () => {
    const headers = { 'x-should-retry': 'true' };
    expect(await requestsAfter({ status: 200, headers })).toBe(1);
    expect(await requestsAfter({ status: 503, headers }, { method: 'POST' })).toBe(1);
  });

  test.each(['', 'TRUE', '1', 'yes'])('%j says nothing', async (value) => {
    expect(await requestsAfter({ status: 409, headers: { 'x-should-retry': value } })).toBe(1);
    expect(await requestsAfter({ status: 503, headers: { 'x-should-retry': value } })).toBe(2);
  });
});

describe('retryAfterOf', () => {
  const headers = { 'Retry-After': '1.5', 'X-RateLimit-Reset': '6' };

  test('takes `Headers`, plain objects and maps', () => {
    expect(retryAfterOf(new Headers(headers))).toBe(1_500);
    expect(retryAfterOf(headers)).toBe(1_500);
    expect(retryAfterOf({ 'retry-after': 2 })).toBe(2_000);
    expect(retryAfterOf({ 'retry-after': ['1', '3'] })).toBe(3_000);
    expect(retryAfterOf(new Map([['retry-after-ms', '700.4']]))).toBe(701);
    const soon = new Date(Date.now() + 60_000).toUTCString();
    expect(retryAfterOf({ 'retry-after': soon })).toBeGreaterThan(55_000);
  });

  test('returns `undefined` if there is nothing to read', () => {
    for (const none of [undefined, null, {}, new Headers(), { 'retry-after': 'soon' }, { 'retry-after': undefined }]) {
      expect(retryAfterOf(none)).toBeUndefined();
    }
  });

  test('reads the headers of rate limits for a 429 alone', () => {
    expect(retryAfterOf({ 'X-RateLimit-Reset': 6 }, 429)).toBe(6_000);
    expect(retryAfterOf({ 'X-RateLimit-Reset': 6 })).toBeUndefined();
    expect(retryAfterOf(headers, 429)).toBe(1_500);
  });
});
