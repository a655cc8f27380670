// Measures fetch beside bare fetch, a loop by hand and its peers, against a server in another process: time per call, as
// a ratio to bare fetch or to the loop of the same round, and connections. `pnpm bench:fetch`, or `-- --quick`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { summarize } from '../statistics.ts';
import { BARE, CONTENDERS, type Contender, LOOP } from './contenders.ts';

const ROUNDS = process.argv.includes('--quick') ? 30 : 200;
const WARM_UP = 5;

interface Metric {
  readonly title: string;
  readonly goal: number;
  readonly path: string;
  readonly inFlight: number;
  readonly calls: number;
  readonly yardstick: string;
}

const METRICS: readonly Metric[] = [
  { title: '200s, 1 in flight', goal: 1.05, path: 'ok', inFlight: 1, calls: 20, yardstick: BARE },
  { title: '200s, 64 in flight', goal: 1.05, path: 'ok', inFlight: 64, calls: 128, yardstick: BARE },
  { title: '503 then 200, 1 in flight', goal: 1.1, path: 'short', inFlight: 1, calls: 20, yardstick: LOOP },
  { title: '503 then 200, 64 in flight', goal: 1.1, path: 'short', inFlight: 64, calls: 128, yardstick: LOOP },
];
const CONNECTIONS = { goal: 33, path: 'long', inFlight: 16, calls: 512 };

let count = 0;

async function startServer() {
  const server = fork(fileURLToPath(new URL('server.ts', import.meta.url)));
  const [port] = (await once(server, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

/** Makes `calls` calls, `inFlight` at a time; milliseconds per call. */
async function measure({ get }: Contender, url: string, { inFlight, calls }: Pick<Metric, 'inFlight' | 'calls'>) {
  let left = calls;
  const work = async (): Promise<void> => {
    while (left-- > 0) await get(`${url}/${count++}`);
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: inFlight }, work));
  return (performance.now() - begun) / calls;
}

/** In an order of chance, so that nobody always follows, and pays for, the same other. */
function shuffle<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
const { ky, got, undici } = manifest.dependencies;
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ky ${ky}, got ${got}, undici ${undici}; ${ROUNDS} rounds\n`,
);
row(['', 'goal', ...CONTENDERS.map(({ title }) => title)]);
row(['---', ...CONTENDERS.map(() => '---:'), '---:']);

const server = await startServer();
for (const metric of METRICS) {
  const contenders = CONTENDERS.filter(({ retries }) => metric.path === 'ok' || retries);
  const times = new Map(contenders.map(({ title }): [string, number[]] => [title, []]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const contender of shuffle(contenders)) {
      const time = await measure(contender, `${server.url}/${metric.path}`, metric);
      if (round >= 0) times.get(contender.title)?.push(time);
    }
  }
  const yardstick = times.get(metric.yardstick) as number[];
  row([
    metric.title,
    `≤ ${metric.goal.toFixed(2)}`,
    ...CONTENDERS.map(({ title }) => {
      const own = times.get(title);
      if (own === undefined) return '–';
      if (own === yardstick) return `${(summarize(own).median * 1_000).toFixed(0)} µs`;
      return summarize(own.map((time, index) => time / (yardstick[index] as number))).median.toFixed(2);
    }),
  ]);
}

server.stop();

const most: string[] = [];
for (const contender of CONTENDERS) {
  // A server for each, so that no connection is another one's.
  const { url, stop } = await startServer();
  await measure(contender, `${url}/${CONNECTIONS.path}`, CONNECTIONS);
  most.push(contender.retries ? await (await fetch(`${url}/connections`)).text() : '–');
  stop();
}
row([
  `connections open at most, ${CONNECTIONS.inFlight} in flight, errors of 64 KiB`,
  `≤ ${CONNECTIONS.goal}`,
  ...most,
]);
process.exit();
