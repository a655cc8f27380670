import { retry, retryContext, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { keep, PINOS } from './pinos.ts';
import { fail, HttpError } from './work.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  setRetryHooks([]);
});

/** What pino adds to each line. */
const OWN = { time: expect.any(Number), pid: process.pid, hostname: expect.any(String) };

/** Fails with these, one after the other, and is tried again after 1234 ms, then 5678 ms. */
async function load(errors: readonly unknown[], attempts = 3): Promise<unknown> {
  const left = [...errors];
  const waits = [1_234, 5_678];
  const policy = retry({ on: () => waits.shift() ?? true, attempts, name: 'load' });
  const outcome = policy
    .run(() => {
      if (left.length > 0) throw left.shift();
      return 'done';
    })
    .catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return outcome;
}

it('is tested with both ends of the promised range', () => {
  expect(manifest.peerDependencies.pino).toBe('^8.0.0 || ^9.0.0 || ^10.0.0');
  expect(PINOS.map(({ version }) => version)).toEqual(['8.0.0', '9.0.0', manifest.devDependencies.pino]);
});

describe.each(PINOS)('with pino $version', ({ pino }) => {
  it('logs each retry as a warning, in seconds with two decimal places', async () => {
    const { logger, lines } = keep(pino);
    setRetryHooks([pinoHook(logger)]);
    await load([new HttpError('busy'), new HttpError('still busy')]);
    expect(lines.slice(0, 2)).toEqual([
      {
        ...OWN,
        level: 40,
        callable: 'load',
        retry_num: 1,
        wait_for: 1.23,
        waited_so_far: 0,
        err: { type: 'HttpError', message: 'busy', stack: expect.stringContaining('busy\n    at '), status: 503 },
        msg: 'stamina.retry_scheduled',
      },
      expect.objectContaining({
        level: 40,
        callable: 'load',
        retry_num: 2,
        wait_for: 5.68,
        waited_so_far: 1.23,
        err: expect.objectContaining({ message: 'still busy' }),
        msg: 'stamina.retry_scheduled',
      }),
    ]);
  });

  it('logs a recovery as information, without the error', async () => {
    const { logger, lines } = keep(pino);
    setRetryHooks([pinoHook(logger)]);
    await load([new HttpError('busy'), new HttpError('busy')]);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toEqual({
      ...OWN,
      level: 30,
      callable: 'load',
      retry_num: 2,
      waited_so_far: 6.91,
      elapsed: 6.91,
      msg: 'stamina.recovered',
    });
  });

  it('logs a give-up as an error, with the reason', async () => {
    const { logger, lines } = keep(pino);
    setRetryHooks([pinoHook(logger)]);
    await load([new HttpError('first'), new HttpError('second')], 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toEqual({
      ...OWN,
      level: 50,
      callable: 'load',
      retry_num: 2,
      waited_so_far: 1.23,
      elapsed: 1.23,
      reason: 'attempts',
      err: expect.objectContaining({ type: 'HttpError', message: 'second' }),
      msg: 'stamina.gave_up',
    });
  });

  it('logs neither a success at once nor an error that was not to be retried', async () => {
    const { logger, lines } = keep(pino, { level: 'trace' });
    setRetryHooks([pinoHook(logger)]);
    await fail(pinoHook(logger), 0);
    const policy = retry({ on: HttpError });
    await expect(policy.run(() => Promise.reject(new TypeError('our own mistake')))).rejects.toThrow('our own mistake');
    expect(lines).toEqual([]);
  });

  it.each([
    ['text', 'text'],
    [42, 42],
    [null, null],
    [{ code: 7 }, { code: 7 }],
  ])('logs %j as it is where that was thrown', async (thrown, logged) => {
    const { logger, lines } = keep(pino);
    setRetryHooks([pinoHook(logger)]);
    await load([thrown]);
    expect(lines[0]).toMatchObject({ msg: 'stamina.retry_scheduled' });
    expect(lines[0]?.err).toEqual(logged);
  });

  it('logs an error that holds itself, and a BigInt', async () => {
    const { logger, lines } = keep(pino);
    setRetryHooks([pinoHook(logger)]);
    const error = Object.assign(new HttpError('busy'), { self: {}, size: 7n });
    error.self = error;
    await load([error]);
    expect(lines[0]?.err).toMatchObject({ message: 'busy', size: 7 });
  });

  it('logs blocks by their name', async () => {
    const { logger, lines } = keep(pino);
    setRetryHooks([pinoHook(logger, { args: true })]);
    for await (const attempt of retryContext({ on: HttpError, waitMax: 0 })) {
      if (attempt.num === 1) attempt.fail(new HttpError('busy'));
    }
    expect(lines.map(({ callable, args, msg }) => [callable, args, msg])).toEqual([
      ['<block>', [], 'stamina.retry_scheduled'],
      ['<block>', [], 'stamina.recovered'],
    ]);
  });

  it('logs retries at another level, and all else where it was', async () => {
    const { logger, lines } = keep(pino, { level: 'trace' });
    await fail(pinoHook(logger, { level: 'debug' }), 1);
    await fail(pinoHook(logger, { level: 'fatal' }), 9);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [20, 'stamina.retry_scheduled'],
      [30, 'stamina.recovered'],
      [60, 'stamina.retry_scheduled'],
      [60, 'stamina.retry_scheduled'],
      [50, 'stamina.gave_up'],
    ]);
  });

  it("logs give-ups and recoveries alone at level 'silent'", async () => {
    const { logger, lines } = keep(pino);
    await fail(pinoHook(logger, { level: 'silent' }), 1);
    await fail(pinoHook(logger, { level: 'silent' }), 9);
    expect(lines.map(({ msg }) => msg)).toEqual(['stamina.recovered', 'stamina.gave_up']);
  });

  it('heeds a level that the logger is given later', async () => {
    const { logger, lines } = keep(pino);
    const hook = pinoHook(logger);
    logger.level = 'error';
    await fail(hook, 1);
    expect(lines).toEqual([]);
    logger.level = 'warn';
    await fail(hook, 1);
    expect(lines.map(({ msg }) => msg)).toEqual(['stamina.retry_scheduled']);
  });

  it.each(['silent', 'debug'] as const)(
    'reads nothing of the arguments where level %s is not logged',
    async (level) => {
      const { logger, lines } = keep(pino);
      const read = vi.fn();
      const argument = Object.defineProperty({}, 'id', { enumerable: true, get: read });
      await fail(pinoHook(logger, { level, args: true }), 9, argument);
      expect(lines.map(({ msg }) => msg)).toEqual(['stamina.gave_up']);
      expect(read).toHaveBeenCalledOnce();
    },
  );

  it('logs one policy alone as the hooks of that policy', async () => {
    const { logger, lines } = keep(pino);
    const policy = retry({ on: HttpError, waitMax: 0, name: 'one', ...pinoHook(logger) });
    const once = (): void => {
      if (lines.length === 0) throw new HttpError('busy');
    };
    await policy.run(once);
    expect(lines.map(({ callable, msg }) => [callable, msg])).toEqual([
      ['one', 'stamina.retry_scheduled'],
      ['one', 'stamina.recovered'],
    ]);
  });
});
