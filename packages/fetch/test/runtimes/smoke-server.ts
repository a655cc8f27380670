import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FlakyStep, flakyServer } from '@stamina/testing';
import { refusedUrl } from '../quick-fetch.ts';

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

/** Where the smoke test finds what it needs, for one run of it. */
export interface SmokeUrls {
  readonly flaky: string;
  readonly records: string;
  readonly refused: string;
  close(): Promise<void>;
}

/** A flaky server that goes by the path, and one that tells what arrived at it: by path, or how many connections are open. */
export async function smokeServer(): Promise<SmokeUrls> {
  const counts = new Map<string, number>();
  const refused = await refusedUrl();
  const flaky = await flakyServer(({ path }) => {
    const name = path.slice(1);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    if (name === 'post-away') return { status: 303, headers: { location: refused } };
    const steps = STEPS[name.replace(/^endless.*/, 'endless')] ?? BUSY;
    return steps[Math.min(count, steps.length - 1)] as FlakyStep;
  });
  const records = createServer(({ url }, response) => {
    const requests = flaky.requests.filter(({ path }) => path === url).map(({ body }) => body);
    response.end(JSON.stringify({ requests, open: flaky.connections.open }));
  });
  await new Promise<void>((resolve) => records.listen(0, '127.0.0.1', resolve));
  return {
    flaky: flaky.url,
    records: `http://127.0.0.1:${(records.address() as AddressInfo).port}`,
    refused,
    async close() {
      records.closeAllConnections();
      records.close();
      await flaky.close();
    },
  };
}
