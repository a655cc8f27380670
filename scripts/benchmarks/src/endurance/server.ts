// The flaky server of the endurance run, in a process of its own. A path says how its first request fails (`/reset/7`); the next
// request of the same path succeeds, except for paths that always fail. Sends its URL, and then answers questions.
import { type FlakyStep, flakyServer } from '@stamina/testing';
import { settledHeap } from '../child.ts';

/** Asks for the number of open connections, or for the bytes in use. */
export type Question = 'connections' | 'heap';

const ANSWER: FlakyStep = { body: 'done' };
const FAILURES: Record<string, FlakyStep> = {
  unavailable: { status: 503, body: 'x'.repeat(200) },
  long: { status: 503, body: 'x'.repeat(100_000) },
  endless: { status: 503, endless: true },
  dripping: { status: 503, drip: 5, body: '12345' },
  reset: { reset: true },
  closed: { close: true },
  hanging: { hang: true },
};
const ALWAYS: Record<string, FlakyStep> = {
  down: { status: 503, body: 'down' },
  stuck: { hang: true },
  stream: { endless: true },
  cut: { body: 'x'.repeat(1_000), truncate: 500 },
};

/** Paths whose first request failed. */
const failed = new Set<string>();

const server = await flakyServer(({ path }) => {
  server.requests.length = 0;
  const [, kind = ''] = path.split('/');
  const always = ALWAYS[kind];
  if (always) return always;
  const failure = FAILURES[kind];
  if (!failure || failed.delete(path)) return ANSWER;
  failed.add(path);
  return failure;
});

process.send?.(server.url);
async function answer(question: Question): Promise<void> {
  process.send?.(question === 'heap' ? await settledHeap() : server.connections.open);
}
process.on('message', (question: Question) => void answer(question));
process.once('disconnect', () => process.exit());
