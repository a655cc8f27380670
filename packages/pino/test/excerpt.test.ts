import { pinoHook } from '@stamina/pino';
import { describe, expect, it, vi } from 'vitest';
import { keep, type Line, PINOS } from './pinos.ts';
import { fail } from './work.ts';

describe.each(PINOS)('with pino $version, arguments on request', ({ pino }) => {
  async function logged(...args: unknown[]): Promise<Line['args']> {
    const { logger, lines } = keep(pino);
    await fail(pinoHook(logger, { args: true }), 1, ...args);
    expect(lines).toHaveLength(2);
    expect(lines[1]?.args).toEqual(lines[0]?.args);
    return lines[0]?.args;
  }

  it('are not logged without that', async () => {
    const { logger, lines } = keep(pino);
    await fail(pinoHook(logger), 9, 'secret');
    await fail(pinoHook(logger, { args: false }), 1, 'secret');
    expect(lines).toHaveLength(5);
    expect(JSON.stringify(lines)).not.toMatch(/args|secret/);
  });

  it('are logged in every event', async () => {
    const { logger, lines } = keep(pino);
    await fail(pinoHook(logger, { args: true }), 2, 'Ada', 7);
    await fail(pinoHook(logger, { args: true }), 9, 'Ada', 7);
    expect(lines.map(({ args }) => args)).toEqual(Array(6).fill(['Ada', 7]));
  });

  it('are what JSON makes of them', async () => {
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

  it('may be BigInts, of any size', async () => {
    const [small, negative, held, large] = await logged(7n, -(2n ** 64n), { id: 7n }, 2n ** 10_000_000n);
    expect([small, negative, held, large]).toEqual(['7', '-18446744073709551616', { id: '7' }, '[BigInt]']);
  });

  it('may hold themselves, and the same twice', async () => {
    const user = { name: 'Ada', friends: [] as unknown[] };
    user.friends.push(user, { of: user.friends });
    expect(await logged(user, user.friends)).toEqual([
      { name: 'Ada', friends: ['[Circular]', { of: '[Circular]' }] },
      [{ name: 'Ada', friends: '[Circular]' }, { of: '[Circular]' }],
    ]);
  });

  it('may be such that they throw when looked at', async () => {
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

  it('are cut where they are long, wide or deep', async () => {
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

  it('are cut together, too: a line stays short', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => void lines.push(line) });
    const many = Array.from({ length: 1_000 }, () => ({
      text: 'x'.repeat(10_000),
      list: Array(1_000).fill('y'.repeat(999)),
    }));
    await fail(pinoHook(logger, { args: true }), 9, ...many);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThan(20_000);
  });

  it('leave nothing of a secret that a path for redaction names, though they are cut', async () => {
    const { logger, lines } = keep(pino, { redact: ['args[0].password', 'args[1].a.b.c.d.e.password'] });
    const deep = { a: { b: { c: { d: { e: { password: 'secret' } } } } } };
    await fail(pinoHook(logger, { args: true }), 9, { password: 'secret'.repeat(1_000) }, deep);
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(lines[0]?.args).toEqual([{ password: '[Redacted]' }, { a: { b: { c: { d: { e: '[Object]' } } } } }]);
  });

  it('leave nothing of it either where there is hardly room', async () => {
    const { logger, lines } = keep(pino, { redact: ['args[*].password'] });
    for (let length = 9_800; length < 9_950; length++) {
      const texts = Array.from({ length: 10 }, (_, index) =>
        'x'.repeat(Math.max(0, Math.min(1_000, length - index * 1_000))),
      );
      await fail(pinoHook(logger, { args: true }), 1, { texts }, { password: 1_234_567 });
    }
    expect(JSON.stringify(lines.map(({ args }) => args))).not.toContain('1234567');
  });

  it('are read once for each event', async () => {
    const read = vi.fn(() => 7);
    await logged(Object.defineProperty({}, 'id', { enumerable: true, get: read }));
    expect(read).toHaveBeenCalledTimes(2);
  });
});
