import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Case, type Contender, find, type Suite } from '../suite.ts';

/** Gets a URL, retries a 503 without waiting, and reads the body. */
type Get = (url: string) => Promise<string>;

const WITHOUT_WAIT = { waitInitial: 0, waitJitter: 0 };
const LIMITS = { limit: 3, statusCodes: [503] };

const CLIENTS: readonly Contender<Get>[] = [
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

const row = (id: string, path: NonNullable<Case['path']>, inFlight: number, title: string, says: string): Case => ({
  id,
  title,
  says,
  measures: 'time',
  yardstick: path === 'ok' ? 'bare' : 'loop',
  path,
  inFlight,
});
const module = { yardstick: 'ky', says: 'The package, as in `pnpm bench calls`.' };

const CASES: readonly Case[] = [
  row('ok-1', 'ok', 1, '200, 1 in flight', 'The server answers 200 to one request after the other.'),
  row('ok-64', 'ok', 64, '200, 64 in flight', 'The server answers 200 to 64 requests at once.'),
  ...[1, 64].map((inFlight) => ({
    ...row(
      `signal-${inFlight}`,
      'ok',
      inFlight,
      `200, ${inFlight} in flight, with a signal`,
      'Each request has a signal.',
    ),
    yardstick: 'bare-signal',
    only: ['stamina-signal'],
  })),
  row('short-1', 'short', 1, '503 first, 1 in flight', 'The server first answers 503, to one request after the other.'),
  row('short-64', 'short', 64, '503 first, 64 in flight', 'The server first answers 503, to 64 requests at once.'),
  row('long-16', 'long', 16, '503 of 64 KiB first, 16 in flight', 'The same with 64 KiB, to 16 requests at once.'),
  { ...module, id: 'import', title: 'import, ms', measures: 'import' },
  { ...module, id: 'size', title: 'bundled, gzip −9, B', measures: 'size' },
];

/** Starts the server in a process of its own, with a port for each side. */
async function startServer() {
  const server = fork(join(import.meta.dirname, 'server.ts'));
  const [ports] = (await once(server, 'message')) as [[number, number]];
  /** Stops the server, and returns how many connections of each side were open at once. */
  const stop = async (): Promise<[number, number]> => {
    server.send('most');
    const [most] = (await once(server, 'message')) as [[number, number]];
    server.kill();
    return most;
  };
  return { ports, stop };
}

export const suite: Suite = {
  name: 'fetch',
  cases: CASES,
  contenders: CLIENTS,
  effort: { rounds: 100, own: 12, others: 2 },
  async makePair({ path, inFlight = 1, yardstick }, contender) {
    const { ports, stop } = await startServer();
    return {
      async makeSide(name) {
        const get = (await find(CLIENTS, name === 'yardstick' ? yardstick : contender).load()) as Get;
        const base = `http://127.0.0.1:${ports[name === 'yardstick' ? 0 : 1]}/${path}`;
        let made = 0;
        return async (calls) => {
          let left = calls;
          const work = async (): Promise<void> => {
            while (left-- > 0) await get(`${base}/${made++}`);
          };
          await Promise.all(Array.from({ length: inFlight }, work));
        };
      },
      async finish() {
        const [ofYardstick, ofSubject] = await stop();
        return { open: { yardstick: ofYardstick, subject: ofSubject } };
      },
    };
  },
};
