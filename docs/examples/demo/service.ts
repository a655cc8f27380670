import { type FlakyServer, type FlakyStep, flakyServer } from '@stamina/testing';

const OK: FlakyStep = { body: '{ "ok": true }', delay: 10 };
const BUSY: FlakyStep = { status: 503 };
const RESET: FlakyStep = { reset: true };
const CLOSED: FlakyStep = { close: true };
const CUT_SHORT: FlakyStep = { body: '{ "ok": true }', truncate: 5 };
const SLOW: FlakyStep = { body: '{ "ok": true }', delay: 2_000 };

/** The failures by path, with a step for each request in turn. The last step repeats. All other requests are answered. */
const TROUBLE: Readonly<Record<string, readonly FlakyStep[]>> = {
  '/users/2': [BUSY, OK],
  '/users/5': [SLOW, OK],
  '/users/7': [{ status: 404 }],
  '/users/8': [RESET, BUSY, OK],
  '/users/10': [CLOSED, OK],

  '/orders/2': [RESET, OK],
  '/orders/4': [BUSY],
  '/orders/6': [{ status: 429, headers: { 'retry-after': '1' } }, OK],
  '/orders/8': [{ status: 504 }, OK],
  '/orders/9': [{ status: 502 }, { status: 403 }],
  '/orders/11': [{ status: 429, headers: { 'retry-after': '30' } }],

  '/news/3': [CUT_SHORT, OK],
  '/news/5': [CLOSED, BUSY, OK],
  '/news/7': [BUSY],
  '/news/9': [RESET, OK],

  // An outage: every search from 8 to 10 fails, however often it is tried.
  '/search/6': [BUSY, OK],
  '/search/8': [BUSY],
  '/search/9': [BUSY],
  '/search/10': [BUSY],

  '/pay/2': [{ status: 503, headers: { 'retry-after': '1' } }, OK],
  // The one without a key.
  '/pay/4': [RESET, OK],
  '/pay/5': [RESET, OK],
  '/pay/7': [BUSY, RESET, OK],
  '/pay/9': [BUSY],
  '/pay/11': [{ status: 503, headers: { 'retry-after': '30' } }],
};

/** Starts the flaky service. What it does depends on the requests alone, so that every run of the demo is alike. */
export function startService(): Promise<FlakyServer> {
  const seen = new Map<string, number>();
  return flakyServer(({ path }) => {
    const num = (seen.get(path) ?? 0) + 1;
    seen.set(path, num);
    const steps = TROUBLE[path] ?? [OK];
    return steps[Math.min(num, steps.length) - 1] ?? OK;
  });
}
