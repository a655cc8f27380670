import { retryingFetch } from '@stamina/fetch';
import got from 'got';
import ky from 'ky';
import { Agent, RetryAgent, fetch as undiciFetch } from 'undici';

/** Gets a URL, retrying a 503 without waiting, and reads the body. */
export type Get = (url: string) => Promise<string>;

export interface Contender {
  readonly title: string;
  readonly get: Get;
  /** Whether it retries every 503: the default budget would not, in a row of nothing else. */
  readonly retries: boolean;
}

export const BARE = 'bare fetch';
export const LOOP = 'hand loop';

const retrying = retryingFetch({ waitInitial: 0, waitJitter: 0, budget: false });
const budgeted = retryingFetch({ waitInitial: 0, waitJitter: 0 });
const signal = new AbortController().signal;

const retries = { limit: 3, statusCodes: [503] };
const kyRetrying = ky.create({ retry: { ...retries, delay: () => 0 } });
// To got, a delay of 0 means not to retry.
const gotRetrying = got.extend({
  retry: { ...retries, calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
});
const dispatcher = new RetryAgent(new Agent(), { maxRetries: 3, minTimeout: 0, maxTimeout: 0, statusCodes: [503] });

export const CONTENDERS: readonly Contender[] = [
  { title: BARE, retries: false, get: async (url) => (await fetch(url)).text() },
  {
    title: LOOP,
    retries: true,
    async get(url) {
      for (let attempt = 1; ; attempt++) {
        const response = await fetch(url);
        if (response.status !== 503 || attempt === 4) return response.text();
        await response.arrayBuffer();
      }
    },
  },
  { title: 'stamina', retries: true, get: async (url) => (await retrying(url)).text() },
  { title: 'stamina, with its budget', retries: false, get: async (url) => (await budgeted(url)).text() },
  {
    title: "stamina, with the caller's signal",
    retries: true,
    get: async (url) => (await retrying(url, { signal })).text(),
  },
  {
    title: 'bare fetch, with a signal',
    retries: false,
    get: async (url) => (await fetch(url, { signal: new AbortController().signal })).text(),
  },
  // Under its own fetch: the one in Node 24 never hears of its answers.
  { title: 'undici RetryAgent', retries: true, get: async (url) => (await undiciFetch(url, { dispatcher })).text() },
  { title: 'ky', retries: true, get: (url) => kyRetrying(url).text() },
  { title: 'got', retries: true, get: (url) => gotRetrying(url).text() },
];
