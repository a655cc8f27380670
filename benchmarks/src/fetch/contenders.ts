/** Gets a URL, retrying a 503 without waiting, and reads the body. */
export type Get = (url: string) => Promise<string>;

export interface Contender {
  readonly id: string;
  readonly title: string;
  /** Whether it retries every 503: the default budget would not, in a row of nothing else. */
  readonly retries: boolean;
  /** Whether it shows what an option adds. */
  readonly variant?: true;
  /** Loaded on demand, so that a process holds one contender only. */
  readonly load: () => Promise<Get>;
}

export const BARE: Contender = {
  id: 'bare',
  title: 'bare fetch',
  retries: false,
  load: async () => async (url) => (await fetch(url)).text(),
};

export const LOOP: Contender = {
  id: 'loop',
  title: 'loop by hand',
  retries: true,
  load: async () => async (url) => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(url);
      if (response.status !== 503 || attempt === 4) return response.text();
      await response.arrayBuffer();
    }
  },
};

const WITHOUT_WAIT = { waitInitial: 0, waitJitter: 0 };

const LIMITS = { limit: 3, statusCodes: [503] };

export const CONTENDERS: readonly Contender[] = [
  BARE,
  LOOP,
  {
    id: 'stamina',
    title: 'stamina',
    retries: true,
    async load() {
      const { retryingFetch } = await import('@stamina/fetch');
      const retrying = retryingFetch({ ...WITHOUT_WAIT, budget: false });
      return async (url) => (await retrying(url)).text();
    },
  },
  {
    id: 'stamina-budget',
    title: 'stamina, with its budget',
    retries: false,
    variant: true,
    async load() {
      const { retryingFetch } = await import('@stamina/fetch');
      const retrying = retryingFetch(WITHOUT_WAIT);
      return async (url) => (await retrying(url)).text();
    },
  },
  {
    id: 'stamina-signal',
    title: "stamina, with the caller's signal",
    retries: true,
    variant: true,
    async load() {
      const { retryingFetch } = await import('@stamina/fetch');
      const retrying = retryingFetch({ ...WITHOUT_WAIT, budget: false });
      const { signal } = new AbortController();
      return async (url) => (await retrying(url, { signal })).text();
    },
  },
  {
    id: 'bare-signal',
    title: 'bare fetch, with a signal for each call',
    retries: false,
    variant: true,
    load: async () => async (url) => (await fetch(url, { signal: new AbortController().signal })).text(),
  },
  {
    id: 'fetch-retry',
    title: 'fetch-retry',
    retries: true,
    async load() {
      const { default: withRetries } = await import('fetch-retry');
      const retrying = withRetries(fetch, { retries: 3, retryDelay: 0, retryOn: [503] });
      return async (url) => (await retrying(url)).text();
    },
  },
  {
    id: 'retry-agent',
    title: 'undici RetryAgent',
    retries: true,
    async load() {
      // Under its own fetch: the one in Node 24 never hears of its answers.
      const { Agent, RetryAgent, fetch } = await import('undici');
      const limits = { maxRetries: 3, minTimeout: 0, maxTimeout: 0, statusCodes: [503] };
      const dispatcher = new RetryAgent(new Agent(), limits);
      return async (url) => (await fetch(url, { dispatcher })).text();
    },
  },
  {
    id: 'ky',
    title: 'ky',
    retries: true,
    async load() {
      const { default: ky } = await import('ky');
      const retrying = ky.create({ retry: { ...LIMITS, delay: () => 0 } });
      return (url) => retrying(url).text();
    },
  },
  {
    id: 'got',
    title: 'got',
    retries: true,
    async load() {
      const { default: got } = await import('got');
      // To got, a delay of 0 means not to retry.
      const calculateDelay = ({ computedValue }: { computedValue: number }) => Math.min(computedValue, 1);
      const retrying = got.extend({ retry: { ...LIMITS, calculateDelay } });
      return (url) => retrying(url).text();
    },
  },
];

export const findContender = (id: string): Contender => {
  const found = CONTENDERS.find((contender) => contender.id === id);
  if (!found) throw new RangeError(`no contender \`${id}\`; there are ${CONTENDERS.map(({ id }) => id).join(', ')}`);
  return found;
};
