import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { retryingFetch } from '@stamina/fetch';
import { pinoHook } from '@stamina/pino';
import { flakyServer } from '@stamina/testing';
import { fastify } from 'fastify';
import { pinoHttp } from 'pino-http';
import { describe, expect, it, vi } from 'vitest';
import { callFailing, type Line, makeLogger, PINOS, type Pino } from './support/calls.ts';

describe.each(PINOS)('a logger of pino $version', ({ pino }) => {
  it('may be a child with bindings and a level', async () => {
    const { logger, lines } = makeLogger(pino);
    await callFailing(pinoHook(logger.child({ module: 'retries' }, { level: 'error' })), 9);
    expect(lines).toEqual([expect.objectContaining({ module: 'retries', msg: 'stamina.gave_up' })]);
  });

  it('keeps its messageKey', async () => {
    const { logger, lines } = makeLogger(pino, { messageKey: 'message' });
    await callFailing(pinoHook(logger), 1);
    expect(lines.map(({ message }) => message)).toEqual(['stamina.retry_scheduled', 'stamina.recovered']);
  });

  it('keeps its nestedKey', async () => {
    const { logger, lines } = makeLogger(pino, { nestedKey: 'payload' });
    await callFailing(pinoHook(logger), 1);
    expect(lines[0]).toMatchObject({
      msg: 'stamina.retry_scheduled',
      payload: { callable: 'getUser', retry_num: 1, err: { type: 'HttpError' } },
    });
  });

  it('keeps its serializer for errors', async () => {
    const { logger, lines } = makeLogger(pino, { serializers: { err: ({ message }: Error) => message } });
    await callFailing(pinoHook(logger), 1);
    expect(lines[0]?.err).toBe('503 Service Unavailable');
  });

  it('keeps its formatters, mixin and base', async () => {
    const { logger, lines } = makeLogger(pino, {
      base: { service: 'shop' },
      timestamp: false,
      formatters: {
        level: (label) => ({ severity: label }),
        log: ({ callable, ...fields }) => ({ ...fields, name: callable }),
      },
      mixin: () => ({ requestId: 7 }),
    });
    await callFailing(pinoHook(logger), 1);
    expect(lines[1]).toEqual({
      severity: 'info',
      service: 'shop',
      requestId: 7,
      name: 'getUser',
      attempt: 2,
      waited_so_far: 0,
      elapsed: expect.any(Number),
      msg: 'stamina.recovered',
    });
  });

  it('keeps its hook for log methods', async () => {
    const { logger, lines } = makeLogger(pino, {
      hooks: {
        logMethod([fields, message], method) {
          return method.apply(this, [fields, `wrapped: ${message}`]);
        },
      },
    });
    await callFailing(pinoHook(logger), 1);
    expect(lines[0]).toMatchObject({ callable: 'getUser', msg: 'wrapped: stamina.retry_scheduled' });
  });

  it('calls its mixin in the context of the call', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { logger, lines } = makeLogger(pino, { mixin: () => ({ requestId: storage.getStore() }) });
    await storage.run('request-7', () => callFailing(pinoHook(logger), 9));
    expect(lines.map(({ requestId }) => requestId)).toEqual(['request-7', 'request-7', 'request-7']);
  });

  it('may have custom levels', async () => {
    const { logger, lines } = makeLogger(pino, { customLevels: { audit: 35 } });
    await callFailing(pinoHook(logger, { level: 'audit' }), 1);
    expect(lines.map(({ level }) => level)).toEqual([35, 30]);
  });

  it('may have nothing but custom levels', async () => {
    const syslog = { emerg: 80, alert: 70, crit: 60, error: 50, warning: 40, notice: 35, info: 30, debug: 20 };
    const { logger, lines } = makeLogger(pino, { customLevels: syslog, useOnlyCustomLevels: true, level: 'debug' });
    await callFailing(pinoHook(logger, { level: 'warning' }), 9);
    expect(lines.map(({ level }) => level)).toEqual([40, 40, 50]);
  });

  it('may be a child with custom levels', async () => {
    const { logger, lines } = makeLogger(pino);
    const child = logger.child({}, { customLevels: { audit: 35 } });
    await callFailing(pinoHook(child, { level: 'audit' }), 1);
    expect(lines.map(({ level }) => level)).toEqual([35, 30]);
  });

  it('passes the original arguments to its serializer', async () => {
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
    const { logger, lines } = makeLogger(pino, { serializers: { args } });
    const user = new User();
    await callFailing(pinoHook(logger, { args: true }), 1, user);
    await callFailing(pinoHook(logger.child({ module: 'retries' }), { args: true }), 1, user);
    expect(lines.map((line) => line.args)).toEqual([{ id: 7 }, { id: 7 }, { id: 7 }, { id: 7 }]);
    expect(new Set(seen)).toEqual(new Set([user]));
  });

  it('may write through a transport in another thread', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stamina-pino-'));
    try {
      const destination = join(folder, 'log');
      const transport = pino.transport({ target: 'pino/file', options: { destination } });
      const ready = once(transport as never, 'ready');
      await callFailing(pinoHook(pino({}, transport), { args: true }), 9, { id: 7 });
      await ready;
      const closed = once(transport as never, 'close');
      transport.end();
      await closed;
      const lines = readFileSync(destination, 'utf8').trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([
        { args: [{ id: 7 }], retry_num: 1, err: { status: 503 }, msg: 'stamina.retry_scheduled' },
        { args: [{ id: 7 }], retry_num: 2, err: { status: 503 }, msg: 'stamina.retry_scheduled' },
        { args: [{ id: 7 }], attempt: 3, err: { status: 503 }, msg: 'stamina.gave_up' },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

// Pino 8.0 does not have these options yet.
describe.each(PINOS.slice(1))('a logger of pino $version', ({ pino }) => {
  it('keeps its errorKey, even from another pino', async () => {
    const { logger, lines } = makeLogger(pino, { errorKey: 'error' });
    await callFailing(pinoHook(logger), 1);
    await callFailing(pinoHook(logger.child({ module: 'retries' })), 9);
    for (const line of lines.filter(({ msg }) => msg !== 'stamina.recovered')) {
      expect(line).not.toHaveProperty('err');
      expect(line.error).toMatchObject({ type: 'HttpError', message: '503 Service Unavailable', status: 503 });
    }
  });

  it('keeps the msgPrefix of a child', async () => {
    const { logger, lines } = makeLogger(pino);
    await callFailing(pinoHook(logger.child({}, { msgPrefix: '[shop] ' })), 1);
    expect(lines.map(({ msg }) => msg)).toEqual(['[shop] stamina.retry_scheduled', '[shop] stamina.recovered']);
  });

  it('may have levels in descending order', async () => {
    const customLevels = { error: 1, warn: 2, info: 3, debug: 4 };
    const down = { customLevels, useOnlyCustomLevels: true, level: 'warn', levelComparison: 'DESC' } as const;
    const { logger, lines } = makeLogger(pino, down);
    await callFailing(pinoHook(logger), 1);
    await callFailing(pinoHook(logger), 9);
    expect(lines.map(({ level }) => level)).toEqual([2, 2, 2, 1]);
  });
});

describe.each(PINOS)('redaction with pino $version', ({ pino }) => {
  it('hides fields of arguments and errors', async () => {
    const redact = ['callable', 'err.status', 'args[0].password', 'args[*].token', 'args[1].cards[*].number'];
    const { logger, lines } = makeLogger(pino, { redact });
    const user = { name: 'Ada', password: 'secret', token: 'secret' };
    const order = { token: 'secret', cards: [{ number: 'secret', kind: 'debit' }] };
    await callFailing(pinoHook(logger, { args: true }), 9, user, order);
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

  it('follows the options of the logger', async () => {
    const paths = ['args[0].password'];
    const removing = makeLogger(pino, { redact: { paths, remove: true } });
    await callFailing(pinoHook(removing.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(removing.lines[0]?.args).toEqual([{ name: 'Ada' }]);

    const censor = (value: unknown): string => `${String(value).length} characters`;
    const censoring = makeLogger(pino, { redact: { paths, censor } });
    await callFailing(pinoHook(censoring.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(censoring.lines[0]?.args).toEqual([{ name: 'Ada', password: '6 characters' }]);

    const nesting = makeLogger(pino, { redact: { paths }, nestedKey: 'payload' });
    await callFailing(pinoHook(nesting.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(nesting.lines[0]?.payload.args).toEqual([{ name: 'Ada', password: '[Redacted]' }]);
  });

  it('hides arguments that are cut', async () => {
    const { logger, lines } = makeLogger(pino, { redact: ['args[0].password', 'args[1].a.b.c.d.e.password'] });
    const deep = { a: { b: { c: { d: { e: { password: 'secret' } } } } } };
    await callFailing(pinoHook(logger, { args: true }), 9, { password: 'secret'.repeat(1_000) }, deep);
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(lines[0]?.args).toEqual([{ password: '[Redacted]' }, { a: { b: { c: { d: { e: '[Object]' } } } } }]);
  });

  it('hides arguments next to the cut', async () => {
    const { logger, lines } = makeLogger(pino, { redact: ['args[*].password'] });
    for (let length = 9_800; length < 9_950; length++) {
      const texts = Array.from({ length: 10 }, (_, index) =>
        'x'.repeat(Math.max(0, Math.min(1_000, length - index * 1_000))),
      );
      await callFailing(pinoHook(logger, { args: true }), 1, { texts }, { password: 1_234_567 });
    }
    expect(JSON.stringify(lines.map(({ args }) => args))).not.toContain('1234567');
  });
});

describe('a logger with the methods of pino', () => {
  const doNothing = (): void => {};
  const noop = { fatal: doNothing, error: doNothing, warn: doNothing, info: doNothing, debug: doNothing };

  it('need not be one that pino made', async () => {
    const warn = vi.fn();
    const logger = { ...noop, trace: doNothing, silent: doNothing, warn };
    await callFailing(pinoHook(logger), 1);
    expect(warn.mock.calls).toMatchObject([[{ callable: 'getUser', retry_num: 1 }, 'stamina.retry_scheduled']]);
    expect(() => pinoHook(logger, { level: 'loud' as 'warn' })).toThrow(
      /^`level` must be a level of the logger \(trace, /,
    );
  });

  it('may be the one that Fastify has by default, which does nothing', async () => {
    const app = fastify();
    await expect(callFailing(pinoHook(app.log), 9)).resolves.not.toThrow();
    await app.close();
  });

  it('may be the one that pino-http gives each request', async () => {
    const lines: Line[] = [];
    const log = pinoHttp({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const server = createServer((request, response) => {
      log(request, response);
      void callFailing(pinoHook(request.log), 1).then(() => response.end('Ada'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await (await fetch(`http://127.0.0.1:${port}/user`)).text();
    server.close();
    expect(lines.slice(0, 2)).toMatchObject([
      { level: 40, req: { url: '/user' }, msg: 'stamina.retry_scheduled' },
      { level: 30, req: { url: '/user' }, msg: 'stamina.recovered' },
    ]);
  });

  it('may be the one of Fastify, and then lines have the id of their request', async () => {
    const lines: Line[] = [];
    const requests = new AsyncLocalStorage<{ readonly reqId: string }>();
    const mixin = (): object => requests.getStore() ?? {};
    const app = fastify({ logger: { mixin, stream: { write: (line: string) => void lines.push(JSON.parse(line)) } } });
    app.addHook('onRequest', (request, _reply, done) => requests.run({ reqId: request.id }, done));
    app.get('/user', async () => {
      await callFailing(pinoHook(app.log), 1);
      return 'Ada';
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    for (let request = 0; request < 2; request++) await (await fetch(`${url}/user`)).text();
    await app.close();
    const retries = lines.filter(({ msg }) => String(msg).startsWith('stamina.'));
    expect(retries.map(({ msg, reqId }) => [reqId, msg])).toEqual([
      ['req-1', 'stamina.retry_scheduled'],
      ['req-1', 'stamina.recovered'],
      ['req-2', 'stamina.retry_scheduled'],
      ['req-2', 'stamina.recovered'],
    ]);
  });
});

it('lines of @stamina/fetch have the status, but nothing else of the response', async () => {
  await using server = await flakyServer({ status: 503 });
  const { logger, lines } = makeLogger(PINOS.at(-1)?.pino as Pino);
  await retryingFetch({ attempts: 2, waitMax: 0, ...pinoHook(logger, { onlyEnds: true }) })(server.url);
  await retryingFetch({ attempts: 2, waitMax: 0, ...pinoHook(logger) })(server.url);
  expect(lines).toHaveLength(3);
  for (const { err } of lines) {
    expect(err).toMatchObject({ type: 'HttpStatusError', status: 503 });
    expect(err).not.toHaveProperty('response');
  }
  expect(JSON.stringify(lines)).not.toContain('"response"');
});
