import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** The steps of the first three requests of a call. An answer follows. */
const HTTP2_FAULTS: Readonly<Record<string, FlakyStep>> = {
  'refused stream': { resetStream: 'REFUSED_STREAM' },
  'stream above the last one': { goAway: 'NO_ERROR', lastStreamId: 0 },
  'internal error': { resetStream: 'INTERNAL_ERROR' },
  'cancelled stream': { resetStream: 'CANCEL' },
  'rate limit of a stream': { resetStream: 'ENHANCE_YOUR_CALM' },
  'rate limit of a connection': { goAway: 'ENHANCE_YOUR_CALM' },
  'lost connection': { close: true },
  'protocol error': { resetStream: 'PROTOCOL_ERROR' },
  'HTTP/1.1 required': { resetStream: 'HTTP_1_1_REQUIRED' },
};
const PERMANENT: readonly string[] = ['protocol error', 'HTTP/1.1 required'];
const NEVER_PROCESSED: readonly string[] = ['refused stream', 'stream above the last one'];

/**
 * Runs `http2.js`. Returns the calls that ended in another way than expected.
 *
 * @param run runs the program with an argument. `ca` is a file with the certificate to trust
 * @param tellsRefused true if the runtime shows which request a server refused to process
 */
export async function http2Faults(
  run: (argument: string, ca: string) => Promise<string>,
  tellsRefused: boolean,
): Promise<string[]> {
  const calls = Object.keys(HTTP2_FAULTS).flatMap((name) => [`GET ${name}`, `POST ${name}`]);
  const counts = new Map<string, number>();
  await using server = await flakyServer(
    ({ path, stream }) => {
      const call = decodeURIComponent(path.slice(1));
      const count = (counts.get(call) ?? 0) + 1;
      counts.set(call, count);
      if (stream === undefined) return { body: 'HTTP/1.1' };
      return count > 3 ? { body: 'hello' } : (HTTP2_FAULTS[call.replace(/^\w+ /, '')] as FlakyStep);
    },
    { http2: true },
  );
  const folder = mkdtempSync(join(tmpdir(), 'stamina-http2-'));
  try {
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, server.certificate ?? '');
    const results = JSON.parse(await run(JSON.stringify({ url: server.url, calls }), ca));
    return calls.flatMap((call) => {
      const name = call.replace(/^\w+ /, '');
      const isSentAgain = call.startsWith('GET')
        ? !PERMANENT.includes(name)
        : tellsRefused && NEVER_PROCESSED.includes(name);
      const expected = isSentAgain ? 'hello' : 'failed';
      return results[call] === expected ? [] : [`${call}: ${results[call]} instead of ${expected}`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
