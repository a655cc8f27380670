import { retry, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callFailing, type Line, makeLogger, PINOS } from './support/calls.ts';

describe.each(PINOS)('arguments with pino $version', ({ pino }) => {
  /** Logs a call with these arguments, and returns the field `args`, which is the same in both of its lines. */
  async function logged(...args: unknown[]): Promise<Line['args']> {
    const { logger, lines } = makeLogger(pino);
    await callFailing(pinoHook(logger, { args: true }), 1, ...args);
    expect(lines).toHaveLength(2);
    expect(lines[1]?.args).toEqual(lines[0]?.args);
    return lines[0]?.args;
  }

  it('are not logged by default', async () => {
    const { logger, lines } = makeLogger(pino);
    await callFailing(pinoHook(logger), 9, 'secret');
    await callFailing(pinoHook(logger, { args: false }), 1, 'secret');
    expect(lines).toHaveLength(5);
    expect(JSON.stringify(lines)).not.toMatch(/args|secret/);
  });

  it('are logged with every event on request', async () => {
    const { logger, lines } = makeLogger(pino);
    await callFailing(pinoHook(logger, { args: true }), 2, 'Ada', 7);
    await callFailing(pinoHook(logger, { args: true }), 9, 'Ada', 7);
    expect(lines.map(({ args }) => args)).toEqual(Array(6).fill(['Ada', 7]));
  });

  it('look as JSON shows them', async () => {
    const args = [
      'text',
      7,
      Number.NaN,
      true,
      null,
      undefined,
      { a: 1, none: undefined, fn: () => 1, deep: { list: [1, [2, undefined], new Date(0)] } },
      new URL('http://127.0.0.1/users?id=7'),
      new Map([[1, 2]]),
      Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 1 } }),
      { toJSON: () => ({ as: 'JSON' }) },
      JSON.parse('{"__proto__":{"polluted":true}}'),
      new String('boxed'),
    ];
    const shown = await logged(...args);
    expect(shown).toEqual(JSON.parse(JSON.stringify(args)));
    expect(Object.keys(shown[11])).toEqual(['__proto__']);
  });

  it('may be BigInts of any size', async () => {
    const [small, negative, held, large] = await logged(7n, -(2n ** 64n), { id: 7n }, 2n ** 10_000_000n);
    expect([small, negative, held, large]).toEqual(['7', '-18446744073709551616', { id: '7' }, '[BigInt]']);
  });

  it('may contain themselves, or the same object twice', async () => {
    const user = { name: 'Ada', friends: [] as unknown[] };
    user.friends.push(user, { of: user.friends });
    expect(await logged(user, user.friends)).toEqual([
      { name: 'Ada', friends: ['[Circular]', { of: '[Circular]' }] },
      [{ name: 'Ada', friends: '[Circular]' }, { of: '[Circular]' }],
    ]);
  });

  it('may throw when they are read', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const getter = {
      id: 7,
      get name(): string {
        throw new Error('not loaded');
      },
    };
    const throwing = {
      toJSON() {
        throw new Error('no JSON');
      },
    };
    const unlisted = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no keys');
        },
      },
    );
    expect(await logged(proxy, getter, [throwing, unlisted, { a: { b: {} } }])).toEqual([
      '[Throws]',
      { id: 7, name: '[Throws]' },
      ['[Throws]', '[Throws]', { a: { b: {} } }],
    ]);
  });

  it('are cut if they are long, wide or deep', async () => {
    expect(await logged('x'.repeat(1_234))).toEqual([`${'x'.repeat(1_000)}… 234 more characters`]);
    expect(await logged(Buffer.alloc(77), new Float64Array(2))).toEqual([
      '[Buffer: 77 bytes]',
      '[Float64Array: 16 bytes]',
    ]);
    expect(await logged({ a: { b: { c: { d: { e: 5, f: { g: 1 }, h: [1] } } } } })).toEqual([
      { a: { b: { c: { d: { e: 5, f: '[Object]', h: '[Array]' } } } } },
    ]);

    const [list] = await logged(Array.from({ length: 5_000 }, (_, index) => index));
    const left = 5_000 - (list.length - 1);
    expect(list.at(-1)).toBe(`… ${left} more`);
    expect(list.slice(0, -1)).toEqual(Array.from({ length: 5_000 - left }, (_, index) => index));
    expect(list.length).toBeGreaterThan(900);

    const [record] = await logged(
      Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index])),
    );
    const shown = Object.keys(record).length - 1;
    expect(record).toMatchObject({ k0: 0, k1: 1, '…': `${5_000 - shown} more` });
    expect(shown).toBeGreaterThan(500);
  });

  it('are cut so that the whole line stays short', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => void lines.push(line) });
    const many = Array.from({ length: 1_000 }, () => ({
      text: 'x'.repeat(10_000),
      list: Array(1_000).fill('y'.repeat(999)),
    }));
    await callFailing(pinoHook(logger, { args: true }), 9, ...many);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThan(20_000);
  });

  it('are read once for each event', async () => {
    const read = vi.fn(() => 7);
    await logged(Object.defineProperty({}, 'id', { enumerable: true, get: read }));
    expect(read).toHaveBeenCalledTimes(2);
  });
});

describe('the cost of an excerpt', () => {
  afterEach(() => setRetryHooks([]));

  const MEGABYTES_10 = 10_000_000;

  /**
   * Makes arguments of 10 MB and more. Each is made when a test needs it, so that its memory can be freed afterwards.
   */
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

  const NUMBERS = Array.from({ length: 1_000_000 }, (_, index) => index);

  /**
   * Returns how many ms it takes to write a million numbers as JSON, which is about 50 ms. Excerpts are compared with
   * that, because a limit in ms would depend on the machine.
   */
  function measureNumbers(): number {
    const started = performance.now();
    JSON.stringify(NUMBERS);
    return performance.now() - started;
  }

  describe.each(PINOS)(
    'with pino $version, a retry blocks the event loop for less time than it takes to write a million numbers',
    { timeout: 60_000 },
    ({ pino }) => {
      it.each(Object.keys(ARGUMENTS))('if the argument is %s', async (kind) => {
        let lines = 0;
        const logger = pino({ redact: ['args[*].password', '*.token'] }, { write: () => void lines++ });
        setRetryHooks([pinoHook(logger, { args: true })]);

        // The best of three results counts, because the machine may have been busy otherwise.
        let [blocked, limit] = [await measureBlocking(kind), measureNumbers()];
        for (let again = 0; again < 2 && blocked >= limit; again++) {
          [blocked, limit] = [await measureBlocking(kind), measureNumbers()];
        }
        expect(blocked).toBeLessThan(limit);
        expect(lines).toBeGreaterThanOrEqual(2);
      });
    },
  );

  /**
   * Returns how many ms a retry blocks the event loop, from the failure of an attempt to the start of the next one.
   * Does not count time that the processor gave to other processes, or that the engine needs to join the pieces of a
   * string.
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
});
