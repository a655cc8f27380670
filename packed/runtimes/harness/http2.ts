import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlakyStep, flakyServer } from '@stamina/testing';

/** The steps of the first three requests of a call. An answer follows. */
const STEPS: Readonly<Record<string, FlakyStep>> = {
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
  const calls = Object.keys(STEPS).flatMap((name) => [`GET ${name}`, `POST ${name}`]);
  const counts = new Map<string, number>();
  await using server = await flakyServer(
    ({ path, stream }) => {
      const call = decodeURIComponent(path.slice(1));
      const count = (counts.get(call) ?? 0) + 1;
      counts.set(call, count);
      if (stream === undefined) return { body: 'HTTP/1.1' };
      return count > 3 ? { body: 'hello' } : (STEPS[call.replace(/^\w+ /, '')] as FlakyStep);
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
