import type { Contender } from '../suite.ts';

/** Gets a URL, retries a 503 without waiting, and reads the body. */
export type Get = (url: string) => Promise<string>;

const WITHOUT_WAIT = { waitInitial: 0, waitJitter: 0 };
const LIMITS = { limit: 3, statusCodes: [503] };

export const CLIENTS: readonly Contender<Get>[] = [
  {
    id: 'bare',
    title: 'bare fetch',
    retries: false,
    load: async () => async (url) => (await fetch(url)).text(),
  },
  {
    id: 'loop',
    title: 'loop by hand',
    load: async () => async (url) => {
      for (let attempt = 1; ; attempt++) {
        const response = await fetch(url);
        if (response.status !== 503 || attempt === 4) return response.text();
        await response.arrayBuffer();
      }
    },
  },
  {
    id: 'stamina',
    title: 'stamina',
    module: '@stamina/fetch',
    goals: { 'ok-1': 1.05, 'ok-64': 1.05, 'short-1': 1.1, 'short-64': 1.1, 'long-16:open': 1.05 },
    async load() {
      const { retryingFetch } = await import('@stamina/fetch');
      const retrying = retryingFetch({ ...WITHOUT_WAIT, budget: false });
      return async (url) => (await retrying(url)).text();
    },
  },
  {
    id: 'stamina-budget',
    title: 'stamina, with its budget',
    // The budget does not allow to retry every call.
    retries: false,
    async load() {
      const { retryingFetch } = await import('@stamina/fetch');
      const retrying = retryingFetch(WITHOUT_WAIT);
      return async (url) => (await retrying(url)).text();
    },
  },
  {
    id: 'stamina-signal',
    title: "stamina, with the caller's signal",
    goals: { 'signal-1': 1.05, 'signal-64': 1.05 },
    async load() {
      const { retryingFetch } = await import('@stamina/fetch');
      const retrying = retryingFetch({ ...WITHOUT_WAIT, budget: false });
      return async (url) => (await retrying(url, { signal: new AbortController().signal })).text();
    },
  },
  {
    id: 'bare-signal',
    title: 'bare fetch, with a signal for each call',
    retries: false,
    load: async () => async (url) => (await fetch(url, { signal: new AbortController().signal })).text(),
  },
  {
    id: 'fetch-retry',
    title: 'fetch-retry',
    module: 'fetch-retry',
    async load() {
      const { default: withRetries } = await import('fetch-retry');
      const retrying = withRetries(fetch, { retries: 3, retryDelay: 0, retryOn: [503] });
      return async (url) => (await retrying(url)).text();
    },
  },
  {
    id: 'retry-agent',
    title: 'undici RetryAgent',
    module: 'undici',
    platform: 'node',
    async load() {
      // It has a fetch of its own. The one in Node 24 does not get its answers.
      const { Agent, RetryAgent, fetch } = await import('undici');
      const limits = { maxRetries: 3, minTimeout: 0, maxTimeout: 0, statusCodes: [503] };
      const dispatcher = new RetryAgent(new Agent(), limits);
      return async (url) => (await fetch(url, { dispatcher })).text();
    },
  },
  {
    id: 'ky',
    title: 'ky',
    module: 'ky',
    async load() {
      const { default: ky } = await import('ky');
      const retrying = ky.create({ retry: { ...LIMITS, delay: () => 0 } });
      return (url) => retrying(url).text();
    },
  },
  {
    id: 'got',
    title: 'got',
    module: 'got',
    platform: 'node',
    async load() {
      const { default: got } = await import('got');
      // A delay of 0 would mean not to retry.
      const calculateDelay = ({ computedValue }: { computedValue: number }) => Math.min(computedValue, 1);
      const retrying = got.extend({ retry: { ...LIMITS, calculateDelay } });
      return (url) => retrying(url).text();
    },
  },
];
