/** Uses the whole public API. It is only compiled: with the types of DOM, Node and Bun, and by TypeScript 5.0. */
import { type RetryBudget, retry, retryBudget } from '@stamina/core';
import {
  fetch,
  HttpStatusError,
  isTransient,
  type RetryingFetch,
  type RetryingFetchOptions,
  type RetryingInit,
  retryingFetch,
} from '@stamina/fetch';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const assert = <T extends true>(): void => void (0 as unknown as T);

// It can be used anywhere that `fetch` can, without a cast.
export const assigned: typeof globalThis.fetch = fetch;
export const made: typeof globalThis.fetch = retryingFetch({ attempts: 3 });
declare function takes(options: { fetch?: typeof globalThis.fetch }): void;
takes({ fetch: retryingFetch() });
export const own: RetryingFetch = retryingFetch();
export const nested = retryingFetch({ fetch: globalThis.fetch });
export const twice = retryingFetch({ fetch: retryingFetch() });
export const replaced = retryingFetch({ fetch: async (input, init) => globalThis.fetch(input, init) });

export async function call(): Promise<void> {
  const response = await fetch('https://a.test');
  assert<Equal<typeof response, Awaited<ReturnType<typeof globalThis.fetch>>>>();
  const status: number = response.status;
  await fetch(new URL('https://a.test'), { method: 'POST', body: 'x', headers: { 'idempotency-key': String(status) } });
  await fetch(new Request('https://a.test'), { signal: AbortSignal.timeout(1_000) });
  await fetch('https://a.test', { signal: null });
  await fetch('https://a.test', { method: 'PUT', body: () => 'x' });
  await fetch('https://a.test', { method: 'PUT', body: () => new ReadableStream() });
  await fetch('https://a.test', { method: 'PUT', body: async () => new Uint8Array(3) });
  // @ts-expect-error A body function must return a body.
  await fetch('https://a.test', { method: 'PUT', body: () => 5 });
  // @ts-expect-error A method must be a string.
  await fetch('https://a.test', { method: 5 });
  const init: RetryingInit = { method: 'PUT', body: () => 'x' };
  await own('https://a.test', init);
}

export const all: RetryingFetchOptions = {
  methods: ['GET', 'post'],
  statuses: [429, 503],
  on: [TypeError, (error) => isTransient(error)],
  attempts: Infinity,
  timeout: { minutes: 2 },
  attemptTimeout: { seconds: 5 },
  waitInitial: 100,
  waitMax: 1_000,
  waitJitter: 10,
  waitExpBase: 2,
  budget: retryBudget(),
  name: ({ method, url }) => `${method} ${url.pathname}`,
  fetch: globalThis.fetch,
  signal: new AbortController().signal,
  unref: true,
  onRetry({ causedBy }) {
    if (causedBy instanceof HttpStatusError) {
      const { status, response, retryAfter } = causedBy;
      assert<Equal<typeof status, number>>();
      assert<Equal<typeof retryAfter, number | undefined>>();
      response.headers.get('x-request-id');
    }
  },
  onGiveUp: ({ reason }) => void reason,
  onRecover: ({ elapsed }) => void elapsed,
};
retryingFetch({ budget: false, name: 'users' });
retryingFetch({
  budget: (url: URL): RetryBudget | undefined => (url.hostname === 'a.test' ? retryBudget() : undefined),
});
retryingFetch({ attempts: undefined, methods: undefined, on: undefined });
retry({ on: isTransient });

// @ts-expect-error Statuses must be numbers.
retryingFetch({ statuses: ['503'] });
// @ts-expect-error There is no such option.
retryingFetch({ retries: 3 });
// @ts-expect-error Only `false` switches the budget off.
retryingFetch({ budget: true });
// @ts-expect-error `null` does not stand for the default.
retryingFetch({ attempts: null });
