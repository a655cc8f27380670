import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FlakyStep, flakyServer } from '@stamina/testing';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*',
};
const HELLO: FlakyStep = { body: 'hello' };
const BUSY: FlakyStep[] = [{ status: 503 }, { status: 503 }, HELLO];
const STEPS: Record<string, FlakyStep[]> = {
  'always-busy': [{ status: 503, body: 'busy' }],
  reset: [{ reset: true }, HELLO],
  closed: [{ close: true }, HELLO],
  endless: [{ status: 503, endless: true }, HELLO],
  hang: [{ hang: true }],
  'hang-once': [{ hang: true }, HELLO],
  loop: [{ status: 302, headers: { location: '/loop' } }],
};

/** The URL of a port on which nobody listens, and which no server gets by chance. */
const REFUSED_URL = 'http://127.0.0.1:4';

/** The URLs that one run of the promises of fetch needs. */
export interface FetchServer {
  readonly flaky: string;
  readonly records: string;
  readonly refused: string;
  close(): Promise<void>;
}

/** Starts a flaky server that goes by the path, and a second server that reports the requests for a path and the open connections. */
export async function fetchServer(): Promise<FetchServer> {
  const counts = new Map<string, number>();
  const flaky = await flakyServer(({ method, path }) => {
    // A browser sends OPTIONS before a request to another origin.
    if (method === 'OPTIONS') return { status: 204, headers: CORS };
    const name = path.slice(1);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    if (name === 'post-away') return { status: 303, headers: { ...CORS, location: REFUSED_URL } };
    const steps = STEPS[name.replace(/^endless.*/, 'endless')] ?? BUSY;
    const step = steps[Math.min(count, steps.length - 1)] as FlakyStep;
    return 'reset' in step || 'close' in step || 'hang' in step
      ? step
      : ({ ...step, headers: { ...CORS, ...step.headers } } as FlakyStep);
  });
  const records = createServer(({ url }, response) => {
    const requests = flaky.requests
      .filter(({ method, path }) => path === url && method !== 'OPTIONS')
      .map(({ body }) => body);
    response.writeHead(200, CORS).end(JSON.stringify({ requests, open: flaky.connections.open }));
  });
  await new Promise<void>((resolve) => records.listen(0, '127.0.0.1', resolve));
  return {
    flaky: flaky.url,
    records: `http://127.0.0.1:${(records.address() as AddressInfo).port}`,
    refused: REFUSED_URL,
    async close() {
      records.closeAllConnections();
      records.close();
      await flaky.close();
    },
  };
}
