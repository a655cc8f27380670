import { type Case, find, type Suite } from '../suite.ts';
import type { Prepare, Terms } from './peers.ts';
import { BY_HAND, PEERS } from './peers.ts';
import { WAYS } from './ways.ts';

type More = Partial<Omit<Case, 'measures' | 'id' | 'title' | 'says'>>;

const row = (measures: Case['measures'], id: string, title: string, says: string, more: More = {}): Case => ({
  measures,
  id,
  title,
  says,
  yardstick: 'yardstick',
  ...more,
});
const once = { failures: 1 };

/** Add a row to measure something else. Contenders are rows of `peers.ts`, and of `ways.ts` for stamina. */
const CASES: readonly Case[] = [
  row('time', 'success', 'success', 'A call succeeds at once.', { ways: true }),
  row('time', 'success-no-timeout', 'success, no time limit', 'A call without a time limit succeeds at once.', {
    timeoutMs: Infinity,
  }),
  row('time', 'one-failure', 'one failure', 'A call fails once, and is retried without a wait.', {
    ...once,
    ways: true,
  }),
  row('time', 'three-failures', 'three failures', 'A call fails three times, and is retried without waits.', {
    failures: 3,
  }),
  row('time', 'in-flight', '1 000 in flight, one failure each', 'Each of a thousand calls in flight fails once.', {
    ...once,
    inFlight: 1_000,
  }),
  row('time', 'one-failure-new', 'one failure, a new `Error`', 'A call fails once with an error of its own.', {
    ...once,
    newErrors: true,
  }),
  row('time', 'told', 'one failure, × a bare retry', 'A hook is told of one retry. The yardstick has no hook.', {
    ...once,
    yardstick: 'stamina',
    only: ['prometheus', 'pino', 'pino-by-hand'],
  }),
  row(
    'time',
    'logged',
    'the same, × its lines by hand',
    '`@stamina/pino` logs one retry. The yardstick logs the same lines.',
    {
      ...once,
      yardstick: 'pino-by-hand',
      only: ['pino'],
    },
  ),
  row('bytes', 'bytes-success', 'allocated by a success, B', 'Bytes that a call allocates which succeeds at once.', {
    ways: true,
  }),
  row('bytes', 'bytes-one-failure', 'allocated by a call with one failure, B', 'Bytes of a call which fails once.', {
    ...once,
    ways: true,
  }),
  row('heap', 'waiting', 'heap of a call that waits, B', 'Bytes that each of 100,000 waiting calls holds.', {
    ...once,
    ways: true,
  }),
  row('heap', 'waiting-new', 'with an `Error` each, B', 'The same, if each call failed with an error of its own.', {
    ...once,
    newErrors: true,
  }),
  row('turn', 'turn-spread', '100,000 retries over a second, ms', 'The longest turn of 100,000 calls that wait.', {
    ends: 'spread',
  }),
  row('turn', 'turn-aborted', 'one abort of 10,000 waiting calls, ms', 'The longest turn if one signal aborts all.', {
    ends: 'aborted',
    waiting: 10_000,
  }),
  // The loop by hand is not measured, because adding a listener takes longer the more there are.
  row('turn', 'turn-aborted-many', 'of 100,000, ms', 'The longest turn if one signal aborts 100,000 calls.', {
    ends: 'aborted',
    limitMs: 100,
  }),
  row('import', 'import', 'import, ms', 'A cold import in a fresh process.', { yardstick: 'p-retry' }),
  row('size', 'size', 'bundled, gzip −9, B', 'The package in a bundle, and what these calls need of it.'),
];

export const suite: Suite = {
  name: 'calls',
  cases: CASES,
  contenders: [...BY_HAND, ...WAYS.slice(0, 2), ...PEERS, ...WAYS.slice(2)],
  effort: { rounds: 30, own: 16, others: 4 },
  async makePair(one, contender) {
    const terms: Terms = { timeoutMs: one.timeoutMs ?? 45_000, ...(one.failures && { waitMs: 0 }) };
    return {
      async makeSide(name) {
        // Each side has functions of its own. If they were shared, each side would spoil how the other's are optimised.
        const { createTarget, repeat }: typeof import('./workload.ts') = await import(`./workload.ts?${name}`);
        const prepare = await loadPrepare(name === 'yardstick' ? one.yardstick : contender);
        const call = prepare(createTarget(one), terms);
        return (calls) => repeat(call, calls, one.inFlight);
      },
    };
  },
};

export const loadPrepare = (id: string): Promise<Prepare> => find(suite.contenders, id).load() as Promise<Prepare>;
