import { retry, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { afterEach, describe, expect, it } from 'vitest';
import { PINOS } from './support/pinos.ts';

afterEach(() => setRetryHooks([]));

const MEGABYTES_10 = 10_000_000;

/** Makes arguments of 10 MB and more. Each is made when a test needs it, so that its memory can be freed afterwards. */
const ARGUMENTS: Readonly<Record<string, () => unknown>> = {
  'a string': () => 'x'.repeat(MEGABYTES_10),
  'a string of many pieces': () => {
    let text = '';
    while (text.length < MEGABYTES_10) text += `${text.length} `.repeat(100);
    return text;
  },
  'a boxed string': () => new String('x'.repeat(MEGABYTES_10)),
  'a Buffer': () => Buffer.alloc(MEGABYTES_10),
  '2,000,000 numbers': () => Array.from({ length: 2_000_000 }, (_, index) => index),
  '200,000 records': () => Array.from({ length: 200_000 }, (_, id) => ({ id, name: `user ${id}`, tags: ['a', 'b'] })),
  'a record with 50,000 fields': () =>
    Object.fromEntries(Array.from({ length: 50_000 }, (_, id) => [`field${id}`, 'x'.repeat(190)])),
  'a tree of 100,000 leaves': () => {
    const grow = (depth: number): unknown =>
      depth === 0 ? 'x'.repeat(80) : Array.from({ length: 10 }, () => grow(depth - 1));
    return grow(5);
  },
  'a linked list of 100,000 nodes': () => {
    let list: unknown;
    for (let id = 0; id < 100_000; id++) list = { id, next: list, text: 'x'.repeat(90) };
    return list;
  },
  '100,000 records that refer to each other': () => {
    const users = Array.from({ length: 100_000 }, (_, id) => ({ id, name: `user ${id}`, all: [] as unknown[] }));
    for (const user of users) user.all = users;
    return users;
  },
  'a BigInt of 10 MB': () => 2n ** BigInt(MEGABYTES_10 * 8),
};

const LIMIT_MS = 50;

describe.each(PINOS)(
  'with pino $version, a retry blocks the event loop for less than 50 ms',
  { timeout: 60_000 },
  ({ pino }) => {
    it.each(Object.keys(ARGUMENTS))('if the argument is %s', async (kind) => {
      let lines = 0;
      const logger = pino({ redact: ['args[*].password', '*.token'] }, { write: () => void lines++ });
      setRetryHooks([pinoHook(logger, { args: true })]);

      // The best of three results counts, because the machine may have been busy otherwise.
      let blocked = await measureBlocking(kind);
      for (let again = 0; again < 2 && blocked >= LIMIT_MS; again++) blocked = await measureBlocking(kind);
      expect(blocked).toBeLessThan(LIMIT_MS);
      expect(lines).toBeGreaterThanOrEqual(2);
    });
  },
);

/**
 * Returns how many ms a retry blocks the event loop, from the failure of an attempt to the start of the next one. Does
 * not count time that the processor gave to other processes, or that the engine needs to join the pieces of a string.
 */
async function measureBlocking(kind: string): Promise<number> {
  let failed: number | undefined;
  let cpu = process.cpuUsage();
  let blocked = Infinity;
  const load = retry({ on: RangeError, attempts: 2, waitMax: 0 })(function load(_argument: unknown) {
    if (failed !== undefined) {
      const { user, system } = process.cpuUsage(cpu);
      blocked = Math.min(performance.now() - failed, (user + system) / 1_000);
      return;
    }
    cpu = process.cpuUsage();
    failed = performance.now();
    throw new RangeError('busy');
  });
  await load(ARGUMENTS[kind]?.());
  return blocked - measureJoining(ARGUMENTS[kind]?.());
}

/**
 * Returns how many ms the engine needs to join the pieces of a string. It joins them when a character is first read,
 * and takes longer than the limit on some machines.
 */
function measureJoining(value: unknown): number {
  const started = performance.now();
  if (typeof value === 'string' || value instanceof String) value.charCodeAt(0);
  return performance.now() - started;
}
