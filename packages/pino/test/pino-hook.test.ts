import { type RetryListener, type RetryOptions, retry, retryBudget, retryContext, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { callFailing, HttpError, makeLogger, PINOS } from './support/calls.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  setRetryHooks([]);
});

/** The fields that pino itself adds to each line. */
const OWN = { time: expect.any(Number), pid: process.pid, hostname: expect.any(String) };

/** Makes a call whose first attempts fail with these errors. It waits 1234 ms before the first retry, then 5678 ms. */
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

it('the oldest and the newest supported pino are tested', () => {
  expect(manifest.peerDependencies.pino).toBe('^8.0.0 || ^9.0.0 || ^10.0.0');
  expect(PINOS.map(({ version }) => version)).toEqual(['8.0.0', '9.0.0', manifest.devDependencies.pino]);
});

describe.each(PINOS)('with pino $version', ({ pino }) => {
  it('logs each retry as a warning', async () => {
    const { logger, lines } = makeLogger(pino);
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

  it('logs a recovery as information without the error', async () => {
    const { logger, lines } = makeLogger(pino);
    setRetryHooks([pinoHook(logger)]);
    await load([new HttpError('busy'), new HttpError('busy')]);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toEqual({
      ...OWN,
      level: 30,
      callable: 'load',
      attempt: 3,
      waited_so_far: 6.91,
      elapsed: 6.91,
      msg: 'stamina.recovered',
    });
  });

  it('logs a give-up as an error with the reason', async () => {
    const { logger, lines } = makeLogger(pino);
    setRetryHooks([pinoHook(logger)]);
    await load([new HttpError('first'), new HttpError('second')], 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toEqual({
      ...OWN,
      level: 50,
      callable: 'load',
      attempt: 2,
      waited_so_far: 1.23,
      elapsed: 1.23,
      reason: 'attempts',
      err: expect.objectContaining({ type: 'HttpError', message: 'second' }),
      msg: 'stamina.gave_up',
    });
  });

  it('logs nothing without a retry', async () => {
    const { logger, lines } = makeLogger(pino, { level: 'trace' });
    await callFailing(pinoHook(logger), 0);
    setRetryHooks([pinoHook(logger)]);
    const policy = retry({ on: HttpError });
    await expect(policy.run(() => Promise.reject(new TypeError('our own mistake')))).rejects.toThrow('our own mistake');
    expect(lines).toEqual([]);
  });

  it.each([
    ['text', 'text'],
    [42, 42],
    [null, null],
    [{ code: 7 }, { code: 7 }],
  ])('logs the thrown value %j unchanged', async (thrown, logged) => {
    const { logger, lines } = makeLogger(pino);
    setRetryHooks([pinoHook(logger)]);
    await load([thrown]);
    expect(lines[0]).toMatchObject({ msg: 'stamina.retry_scheduled' });
    expect(lines[0]?.err).toEqual(logged);
  });

  it('logs an error that contains itself and a BigInt', async () => {
    const { logger, lines } = makeLogger(pino);
    setRetryHooks([pinoHook(logger)]);
    const error = Object.assign(new HttpError('busy'), { self: {}, size: 7n });
    error.self = error;
    await load([error]);
    expect(lines[0]?.err).toMatchObject({ message: 'busy', size: 7 });
  });

  it('logs blocks as <block>', async () => {
    const { logger, lines } = makeLogger(pino);
    setRetryHooks([pinoHook(logger, { args: true })]);
    for await (const attempt of retryContext({ on: HttpError, waitMax: 0 })) {
      if (attempt.num === 1) attempt.fail(new HttpError('busy'));
    }
    expect(lines.map(({ callable, args, msg }) => [callable, args, msg])).toEqual([
      ['<block>', [], 'stamina.retry_scheduled'],
      ['<block>', [], 'stamina.recovered'],
    ]);
  });

  it('logs only retries at another level', async () => {
    const { logger, lines } = makeLogger(pino, { level: 'trace' });
    await callFailing(pinoHook(logger, { level: 'debug' }), 1);
    await callFailing(pinoHook(logger, { level: 'fatal' }), 9);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [20, 'stamina.retry_scheduled'],
      [30, 'stamina.recovered'],
      [60, 'stamina.retry_scheduled'],
      [60, 'stamina.retry_scheduled'],
      [50, 'stamina.gave_up'],
    ]);
  });

  it("logs no retries at level 'silent'", async () => {
    const { logger, lines } = makeLogger(pino);
    await callFailing(pinoHook(logger, { level: 'silent' }), 1);
    await callFailing(pinoHook(logger, { level: 'silent' }), 9);
    expect(lines.map(({ msg }) => msg)).toEqual(['stamina.recovered', 'stamina.gave_up']);
  });

  it("follows later changes of the logger's level", async () => {
    const { logger, lines } = makeLogger(pino);
    const hook = pinoHook(logger);
    logger.level = 'error';
    await callFailing(hook, 1);
    expect(lines).toEqual([]);
    logger.level = 'warn';
    await callFailing(hook, 1);
    expect(lines.map(({ msg }) => msg)).toEqual(['stamina.retry_scheduled']);
  });

  it('logs give-ups and recoveries at other levels', async () => {
    const { logger, lines } = makeLogger(pino, { level: 'trace' });
    const hook = pinoHook(logger, { level: 'debug', giveUpLevel: 'warn', recoveryLevel: 'trace' });
    await callFailing(hook, 1);
    await callFailing(hook, 9);
    await callFailing(pinoHook(logger, { level: 'silent', giveUpLevel: 'silent', recoveryLevel: 'silent' }), 9);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [20, 'stamina.retry_scheduled'],
      [10, 'stamina.recovered'],
      [20, 'stamina.retry_scheduled'],
      [20, 'stamina.retry_scheduled'],
      [40, 'stamina.gave_up'],
    ]);
  });

  it('logs aborted calls for debugging only', async () => {
    const { logger, lines } = makeLogger(pino, { level: 'trace' });
    const abort = async (hook: RetryListener): Promise<void> => {
      const controller = new AbortController();
      const call = retry({ on: () => 1_000, signal: controller.signal, ...hook }).run(() =>
        Promise.reject(new HttpError()),
      );
      call.catch(() => {});
      await vi.advanceTimersByTimeAsync(10);
      controller.abort();
      await vi.runAllTimersAsync();
    };
    await abort(pinoHook(logger, { level: 'silent' }));
    await abort(pinoHook(logger, { level: 'silent', giveUpLevel: 'silent' }));
    expect(lines.map(({ level, msg, reason }) => [level, msg, reason])).toEqual([[20, 'stamina.gave_up', 'aborted']]);
  });

  it.each<[reason: string, level: number, options: Partial<RetryOptions>]>([
    ['stopped', 20, { stop: AbortSignal.abort() }],
    ['deadline', 50, { on: () => 60_000, deadline: 10 }],
    ['timeout', 50, { on: () => 60_000, timeout: 1_000 }],
    ['budget', 50, { budget: retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 }) }],
  ])('logs a call that gave up with the reason %s at level %i', async (reason, level, options) => {
    const { logger, lines } = makeLogger(pino, { level: 'trace' });
    setRetryHooks([pinoHook(logger)]);
    const call = retry({ on: HttpError, name: 'load', ...options }).run(() => Promise.reject(new HttpError('busy')));
    await expect(call).rejects.toThrow('busy');
    expect(lines).toMatchObject([
      { level, msg: 'stamina.gave_up', callable: 'load', attempt: 1, reason, err: { message: 'busy' } },
    ]);
  });

  it('logs one line for each call with `onlyEnds`', async () => {
    const { logger, lines } = makeLogger(pino);
    setRetryHooks([pinoHook(logger, { onlyEnds: true })]);
    await load([new HttpError('busy'), new HttpError('still busy')]);
    await load([new HttpError('first'), new HttpError('second')], 2);
    const shown = { type: 'HttpError', status: 503, stack: expect.any(String) };
    expect(lines).toMatchObject([
      {
        level: 30,
        msg: 'stamina.recovered',
        attempt: 3,
        waited_so_far: 6.91,
        elapsed: 6.91,
        err: { ...shown, message: 'still busy' },
        errors: [
          { ...shown, message: 'busy' },
          { ...shown, message: 'still busy' },
        ],
        waits: [1.23, 5.68],
      },
      {
        level: 50,
        msg: 'stamina.gave_up',
        attempt: 2,
        waited_so_far: 1.23,
        reason: 'attempts',
        err: { ...shown, message: 'second' },
        errors: [
          { ...shown, message: 'first' },
          { ...shown, message: 'second' },
        ],
        waits: [1.23],
      },
    ]);
    expect(lines).toHaveLength(2);
  });

  it.each(['silent', 'debug'] as const)('does not read arguments for the disabled level %s', async (level) => {
    const { logger, lines } = makeLogger(pino);
    const read = vi.fn();
    const argument = Object.defineProperty({}, 'id', { enumerable: true, get: read });
    await callFailing(pinoHook(logger, { level, args: true }), 9, argument);
    expect(lines.map(({ msg }) => msg)).toEqual(['stamina.gave_up']);
    expect(read).toHaveBeenCalledOnce();
  });

  it('logs one policy if its options include the hook', async () => {
    const { logger, lines } = makeLogger(pino);
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

describe('the arguments of pinoHook', () => {
  /** Calls `pinoHook` without types, as JavaScript can. */
  const make = pinoHook as (...args: unknown[]) => unknown;

  describe.each(PINOS)('pinoHook with pino $version', ({ pino }) => {
    const { logger } = makeLogger(pino);

    it.each([
      ['null', null],
      ['"info"', 'info'],
      ['an instance of Console', console],
      ['function pino', pino],
      ['an object', { level: 'info' }],
    ])('refuses anything but a pino logger: %s', (shown, given) => {
      expect(() => make(given)).toThrow(
        new TypeError(
          `\`logger\` must be a pino logger, got ${shown}; pass the result of pino(), or nothing for a new logger; options come second: pinoHook(undefined, { level: 'info' })`,
        ),
      );
    });

    it.each([
      ['null', null],
      ['"info"', 'info'],
      ['an array of 1', ['info']],
      ['function anonymous', () => 'info'],
    ])('refuses options other than an object: %s', (shown, given) => {
      expect(() => make(logger, given)).toThrow(
        new TypeError(
          `\`options of pinoHook\` must be an object, got ${shown}; write pinoHook(logger, { level: 'info' })`,
        ),
      );
    });

    it.each([
      ['logLevel', 'level'],
      ['levels', 'level'],
      ['arguments', 'args'],
      ['logArgs', 'args'],
    ])('refuses the unknown option %s, and suggests %s', (name, meant) => {
      expect(() => make(logger, { [name]: true })).toThrow(
        new TypeError(
          `\`${name}\` is not known in options of pinoHook; did you mean \`${meant}\`? Allowed are level, giveUpLevel, recoveryLevel, onlyEnds, args`,
        ),
      );
    });

    it('says where a logger among the options belongs', () => {
      expect(() => make(logger, { logger })).toThrow(
        new TypeError('`logger` belongs to the first parameter: write pinoHook(logger), not pinoHook({ logger })'),
      );
    });

    it('uses the defaults for undefined', () => {
      expect(make(logger, { level: undefined, args: undefined })).toBeDefined();
      expect(make(logger, undefined)).toBeDefined();
    });

    it.each([
      ['wran', '"wran"'],
      ['WARN', '"WARN"'],
      ['toString', '"toString"'],
      [40, '40'],
      [null, 'null'],
    ])('refuses a level that the logger does not have: %s', (level, shown) => {
      expect(() => make(logger, { level })).toThrow(
        new TypeError(
          `\`level\` must be a level of the logger (trace, debug, info, warn, error, fatal), got ${shown}; use 'silent' to log no retries`,
        ),
      );
    });

    it('accepts custom levels of this logger only', () => {
      const { logger: auditor } = makeLogger(pino, { customLevels: { audit: 35 } });
      expect(make(auditor, { level: 'audit' })).toBeDefined();
      expect(() => make(logger, { level: 'audit' })).toThrow('got "audit"');
      expect(() => make(auditor, { level: 'adit' })).toThrow(
        '(trace, debug, info, warn, error, fatal, audit), got "adit"',
      );
    });

    it('refuses a logger without the default level', () => {
      const customLevels = { error: 50, warning: 40, info: 30 };
      const { logger: syslog } = makeLogger(pino, { customLevels, useOnlyCustomLevels: true, level: 'info' });
      expect(() => make(syslog)).toThrow(
        new TypeError(
          '`level` must be a level of the logger (error, warning, info), got "warn"; this is the default, so choose another level',
        ),
      );
    });

    it.each([
      ['giveUpLevel', 'error', { warn: 40, info: 30 }, 'warn, info'],
      ['recoveryLevel', 'info', { error: 50, warn: 40 }, 'error, warn'],
    ])('refuses a logger without the default `%s`', (option, level, customLevels, known) => {
      const { logger: only } = makeLogger(pino, { customLevels, useOnlyCustomLevels: true, level: 'warn' });
      expect(() => make(only)).toThrow(
        new TypeError(
          `\`${option}\` must be a level of the logger (${known}), got "${level}"; this is the default, so choose another level`,
        ),
      );
      expect(() => make(only, { [option]: 'warn' })).not.toThrow();
    });

    it.each([
      ['an array of 1', ['password']],
      ['"true"', 'true'],
      ['1', 1],
      ['null', null],
    ])('refuses args that are neither true nor false: %s', (shown, args) => {
      expect(() => make(logger, { args })).toThrow(
        new TypeError(
          `\`args\` must be true or false, got ${shown}; use \`redact\` of the logger to hide a part of them`,
        ),
      );
    });
  });
});
