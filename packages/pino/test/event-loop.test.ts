import { retry, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { afterEach, describe, expect, it } from 'vitest';
import { PINOS } from './pinos.ts';

afterEach(() => setRetryHooks([]));

const MEGABYTES_10 = 10_000_000;

/** Arguments of 10 MB, and what is worse. They are made only when they are needed, and let go of. */
const ARGUMENTS: Readonly<Record<string, () => unknown>> = {
  'a text': () => 'x'.repeat(MEGABYTES_10),
  'a text of many pieces': () => {
    let text = '';
    while (text.length < MEGABYTES_10) text += `${text.length} `.repeat(100);
    return text;
  },
  'a boxed text': () => new String('x'.repeat(MEGABYTES_10)),
  'a Buffer': () => Buffer.alloc(MEGABYTES_10),
  'many numbers': () => Array.from({ length: 2_000_000 }, (_, index) => index),
  'many records': () => Array.from({ length: 200_000 }, (_, id) => ({ id, name: `user ${id}`, tags: ['a', 'b'] })),
  'a record of many fields': () =>
    Object.fromEntries(Array.from({ length: 50_000 }, (_, id) => [`field${id}`, 'x'.repeat(190)])),
  'a tree': () => {
    const grow = (depth: number): unknown =>
      depth === 0 ? 'x'.repeat(80) : Array.from({ length: 10 }, () => grow(depth - 1));
    return grow(5);
  },
  'a list linked 100 000 times': () => {
    let list: unknown;
    for (let id = 0; id < 100_000; id++) list = { id, next: list, text: 'x'.repeat(90) };
    return list;
  },
  'a circle of 100 000 records': () => {
    const users = Array.from({ length: 100_000 }, (_, id) => ({ id, name: `user ${id}`, all: [] as unknown[] }));
    for (const user of users) user.all = users;
    return users;
  },
  'a BigInt of 10 MB': () => 2n ** BigInt(MEGABYTES_10 * 8),
};

const LIMIT_MS = 50;

describe.each(PINOS)(
  'with pino $version, the event loop is held for less than 50 ms',
  { timeout: 60_000 },
  ({ pino }) => {
    it.each(Object.keys(ARGUMENTS))('by %s', async (kind) => {
      let lines = 0;
      const logger = pino({ redact: ['args[*].password', '*.token'] }, { write: () => void lines++ });
      setRetryHooks([pinoHook(logger, { args: true })]);

      // The best of three: the machine may have been busy with something else.
      let held = await hold(kind);
      for (let again = 0; again < 2 && held >= LIMIT_MS; again++) held = await hold(kind);
      expect(held).toBeLessThan(LIMIT_MS);
      expect(lines).toBeGreaterThanOrEqual(2);
    });
  },
);

/**
 * How many ms a retry holds the event loop: all that happens from the failure of an attempt to the beginning of the next.
 * Where the processor was busy with something else meanwhile, that is not counted, nor is what the engine itself needs.
 */
async function hold(kind: string): Promise<number> {
  let failed: number | undefined;
  let cpu = process.cpuUsage();
  let held = Infinity;
  const load = retry({ on: RangeError, attempts: 2, waitMax: 0 })(function load(_argument: unknown) {
    if (failed !== undefined) {
      const { user, system } = process.cpuUsage(cpu);
      held = Math.min(performance.now() - failed, (user + system) / 1_000);
      return;
    }
    cpu = process.cpuUsage();
    failed = performance.now();
    throw new RangeError('busy');
  });
  await load(ARGUMENTS[kind]?.());
  return held - join(ARGUMENTS[kind]?.());
}

/** How many ms the engine takes to join the pieces of a text once anyone looks at it: some machines more than the limit. */
function join(value: unknown): number {
  const begun = performance.now();
  if (typeof value === 'string' || value instanceof String) value.charCodeAt(0);
  return performance.now() - begun;
}
