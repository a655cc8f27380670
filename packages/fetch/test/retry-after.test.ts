import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';

type Headers = Record<string, string>;

/** Returns the wait that is scheduled after a response with these headers. The call is aborted before the wait begins. */
async function waitAfter(headers: Headers, options = {}): Promise<number | undefined> {
  await using server = await flakyServer({ status: 503, headers });
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
