import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Case, find, type Suite } from '../suite.ts';
import { CLIENTS, type Get } from './clients.ts';

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
