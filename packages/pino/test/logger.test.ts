import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinoHook } from '@stamina/pino';
import { describe, expect, it } from 'vitest';
import { keep, PINOS } from './pinos.ts';
import { fail } from './work.ts';

describe.each(PINOS)('a logger of pino $version', ({ pino }) => {
  it('may be a child, with its bindings and its level', async () => {
    const { logger, lines } = keep(pino);
    await fail(pinoHook(logger.child({ module: 'retries' }, { level: 'error' })), 9);
    expect(lines).toEqual([expect.objectContaining({ module: 'retries', msg: 'stamina.gave_up' })]);
  });

  it('keeps its messageKey', async () => {
    const { logger, lines } = keep(pino, { messageKey: 'message' });
    await fail(pinoHook(logger), 1);
    expect(lines.map(({ message }) => message)).toEqual(['stamina.retry_scheduled', 'stamina.recovered']);
  });

  it('keeps its nestedKey', async () => {
    const { logger, lines } = keep(pino, { nestedKey: 'payload' });
    await fail(pinoHook(logger), 1);
    expect(lines[0]).toMatchObject({
      msg: 'stamina.retry_scheduled',
      payload: { callable: 'getUser', retry_num: 1, err: { type: 'HttpError' } },
    });
  });

  it('keeps its serializer of errors', async () => {
    const { logger, lines } = keep(pino, { serializers: { err: ({ message }: Error) => message } });
    await fail(pinoHook(logger), 1);
    expect(lines[0]?.err).toBe('503 Service Unavailable');
  });

  it('keeps its formatters, mixin and base', async () => {
    const { logger, lines } = keep(pino, {
      base: { service: 'shop' },
      timestamp: false,
      formatters: {
        level: (label) => ({ severity: label }),
        log: ({ callable, ...fields }) => ({ ...fields, name: callable }),
      },
      mixin: () => ({ requestId: 7 }),
    });
    await fail(pinoHook(logger), 1);
    expect(lines[1]).toEqual({
      severity: 'info',
      service: 'shop',
      requestId: 7,
      name: 'getUser',
      retry_num: 1,
      waited_so_far: 0,
      elapsed: expect.any(Number),
      msg: 'stamina.recovered',
    });
  });

  it('keeps its hook of log methods', async () => {
    const { logger, lines } = keep(pino, {
      hooks: {
        logMethod([fields, message], method) {
          return method.apply(this, [fields, `seen: ${message}`]);
        },
      },
    });
    await fail(pinoHook(logger), 1);
    expect(lines[0]).toMatchObject({ callable: 'getUser', msg: 'seen: stamina.retry_scheduled' });
  });

  it('has its mixin called in the context of the call', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { logger, lines } = keep(pino, { mixin: () => ({ requestId: storage.getStore() }) });
    await storage.run('request-7', () => fail(pinoHook(logger), 9));
    expect(lines.map(({ requestId }) => requestId)).toEqual(['request-7', 'request-7', 'request-7']);
  });

  it('may have levels of its own', async () => {
    const { logger, lines } = keep(pino, { customLevels: { audit: 35 } });
    await fail(pinoHook(logger, { level: 'audit' }), 1);
    expect(lines.map(({ level }) => level)).toEqual([35, 30]);
  });

  it('may have levels of its own alone', async () => {
    const syslog = { emerg: 80, alert: 70, crit: 60, error: 50, warning: 40, notice: 35, info: 30, debug: 20 };
    const { logger, lines } = keep(pino, { customLevels: syslog, useOnlyCustomLevels: true, level: 'debug' });
    await fail(pinoHook(logger, { level: 'warning' }), 9);
    expect(lines.map(({ level }) => level)).toEqual([40, 40, 50]);
  });

  it('may have levels that only a child has', async () => {
    const { logger, lines } = keep(pino);
    const child = logger.child({}, { customLevels: { audit: 35 } });
    await fail(pinoHook(child, { level: 'audit' }), 1);
    expect(lines.map(({ level }) => level)).toEqual([35, 30]);
  });

  it('keeps its redaction', async () => {
    const redact = ['callable', 'err.status', 'args[0].password', 'args[*].token', 'args[1].cards[*].number'];
    const { logger, lines } = keep(pino, { redact });
    const user = { name: 'Ada', password: 'secret', token: 'secret' };
    const order = { token: 'secret', cards: [{ number: 'secret', kind: 'debit' }] };
    await fail(pinoHook(logger, { args: true }), 9, user, order);
    for (const line of lines) {
      expect(line).toMatchObject({
        callable: '[Redacted]',
        args: [
          { name: 'Ada', password: '[Redacted]', token: '[Redacted]' },
          { token: '[Redacted]', cards: [{ number: '[Redacted]', kind: 'debit' }] },
        ],
        err: { message: '503 Service Unavailable', status: '[Redacted]' },
      });
    }
    expect(user).toEqual({ name: 'Ada', password: 'secret', token: 'secret' });
    expect(order.cards[0]?.number).toBe('secret');
  });

  it('keeps its redaction where it removes, censors by a function, or nests', async () => {
    const paths = ['args[0].password'];
    const removing = keep(pino, { redact: { paths, remove: true } });
    await fail(pinoHook(removing.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(removing.lines[0]?.args).toEqual([{ name: 'Ada' }]);

    const censor = (value: unknown): string => `${String(value).length} characters`;
    const censoring = keep(pino, { redact: { paths, censor } });
    await fail(pinoHook(censoring.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(censoring.lines[0]?.args).toEqual([{ name: 'Ada', password: '6 characters' }]);

    const nesting = keep(pino, { redact: { paths }, nestedKey: 'payload' });
    await fail(pinoHook(nesting.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(nesting.lines[0]?.payload.args).toEqual([{ name: 'Ada', password: '[Redacted]' }]);
  });

  it('hands the arguments themselves to its serializer of them, if it has one', async () => {
    class User {
      readonly #id = 7;
      get id(): number {
        return this.#id;
      }
    }
    const seen: unknown[] = [];
    const args = ([user]: [User]): object => {
      seen.push(user);
      return { id: user.id };
    };
    const { logger, lines } = keep(pino, { serializers: { args } });
    const user = new User();
    await fail(pinoHook(logger, { args: true }), 1, user);
    await fail(pinoHook(logger.child({ module: 'retries' }), { args: true }), 1, user);
    expect(lines.map((line) => line.args)).toEqual([{ id: 7 }, { id: 7 }, { id: 7 }, { id: 7 }]);
    expect(new Set(seen)).toEqual(new Set([user]));
  });

  it('may write through a transport, in a thread of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stamina-pino-'));
    try {
      const destination = join(folder, 'log');
      const transport = pino.transport({ target: 'pino/file', options: { destination } });
      const ready = once(transport as never, 'ready');
      await fail(pinoHook(pino({}, transport), { args: true }), 9, { id: 7 });
      await ready;
      const closed = once(transport as never, 'close');
      transport.end();
      await closed;
      const lines = readFileSync(destination, 'utf8').trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([
        { args: [{ id: 7 }], retry_num: 1, err: { status: 503 }, msg: 'stamina.retry_scheduled' },
        { args: [{ id: 7 }], retry_num: 2, err: { status: 503 }, msg: 'stamina.retry_scheduled' },
        { args: [{ id: 7 }], retry_num: 3, err: { status: 503 }, msg: 'stamina.gave_up' },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

// These came with later versions of pino.
describe.each(PINOS.slice(1))('a logger of pino $version', ({ pino }) => {
  it('keeps its errorKey, also where pino is another copy than the one this package finds', async () => {
    const { logger, lines } = keep(pino, { errorKey: 'error' });
    await fail(pinoHook(logger), 1);
    await fail(pinoHook(logger.child({ module: 'retries' })), 9);
    for (const line of lines.filter(({ msg }) => msg !== 'stamina.recovered')) {
      expect(line).not.toHaveProperty('err');
      expect(line.error).toMatchObject({ type: 'HttpError', message: '503 Service Unavailable', status: 503 });
    }
  });

  it('keeps the prefix that a child puts before messages', async () => {
    const { logger, lines } = keep(pino);
    await fail(pinoHook(logger.child({}, { msgPrefix: '[shop] ' })), 1);
    expect(lines.map(({ msg }) => msg)).toEqual(['[shop] stamina.retry_scheduled', '[shop] stamina.recovered']);
  });

  it('may count its levels downwards', async () => {
    const customLevels = { error: 1, warn: 2, info: 3, debug: 4 };
    const down = { customLevels, useOnlyCustomLevels: true, level: 'warn', levelComparison: 'DESC' } as const;
    const { logger, lines } = keep(pino, down);
    await fail(pinoHook(logger), 1);
    await fail(pinoHook(logger), 9);
    expect(lines.map(({ level }) => level)).toEqual([2, 2, 2, 1]);
  });
});
