import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, channel as openChannel, subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { type AttemptMessage, retry, retryContext, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SURFACES } from './support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

describe('the channels of events', () => {
  afterEach(() => {
    setRetryHooks([]);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function listen(name: string) {
    const listener = vi.fn();
    subscribe(name, listener);
    onTestFinished(() => void unsubscribe(name, listener));
    return listener;
  }

  const messages = (listener: ReturnType<typeof listen>) => listener.mock.calls.map(([message]) => message);

  test('channels publish the details that hooks receive', async () => {
    const [retries, giveUps, recoveries] = [
      listen('stamina:retry'),
      listen('stamina:give-up'),
      listen('stamina:recover'),
    ];
    const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
    const policy = retry({ on: () => 0, attempts: 2, ...hooks });
    await policy.run(failing(1));
    await policy.run(failing(1, 2)).catch(() => {});
    expect(messages(retries)).toHaveLength(2);
    expect(messages(giveUps)).toHaveLength(1);
    expect(messages(recoveries)).toHaveLength(1);
    for (const [listener, hook] of [
      [retries, hooks.onRetry],
      [giveUps, hooks.onGiveUp],
      [recoveries, hooks.onRecover],
    ] as const) {
      messages(listener).forEach((message, index) => {
        expect(message).toBe(detailsOf(hook)[index]);
      });
    }
  });

  test('channels publish full details without any hook', async () => {
    vi.useFakeTimers();
    const [retries, giveUps, recoveries] = [
      listen('stamina:retry'),
      listen('stamina:give-up'),
      listen('stamina:recover'),
    ];
    const timeout = Infinity;
    const slow = (work: () => unknown) => () => {
      vi.advanceTimersByTime(5);
      return work();
    };
    await retry({ on: () => 0, timeout, name: 'slow' }).run(slow(failing(1)));
    await retry({ on: () => 0, timeout, attempts: 1 })
      .run(slow(failing(2)))
      .catch(() => {});
    const common = { name: 'slow', args: [], waitedSoFar: 0, causedBy: 1, attempts: 10, timeout };
    expect(messages(retries)).toEqual([{ ...common, attempt: 1, retryNum: 1, waitFor: 0 }]);
    expect(messages(recoveries)).toEqual([{ ...common, attempt: 2, elapsed: 10, errors: [1], waits: [0] }]);
    expect(messages(giveUps)).toMatchObject([
      { causedBy: 2, attempts: 1, elapsed: 5, reason: 'attempts', errors: [2] },
    ]);
  });

  test('hooks are called before the channel publishes', async () => {
    const log: string[] = [];
    const listener = listen('stamina:retry').mockImplementation(() => void log.push('channel'));
    setRetryHooks([() => void log.push('global')]);
    await retry({ on: () => 0, onRetry: () => void log.push('own') }).run(failing(1));
    expect(listener.mock.calls[0]?.[1]).toBe('stamina:retry');
    expect(log).toEqual(['global', 'own', 'channel']);
  });

  test('each channel publishes its own event only', async () => {
    const recoveries = listen('stamina:recover');
    await retry({ on: () => 0 }).run(failing(1));
    for await (const attempt of retryContext({ on: () => 0 })) if (attempt.num === 1) attempt.fail('once');
    retrySync({ on: () => 0 }).run(failing(1));
    expect(messages(recoveries).map(({ name }) => name)).toEqual(['Mock', '<block>', 'Mock']);
  });

  test('nothing is published without subscribers', async () => {
    const listener = vi.fn();
    subscribe('stamina:retry', listener);
    unsubscribe('stamina:retry', listener);
    expect(channel('stamina:retry').hasSubscribers).toBe(false);
    await retry({ on: () => 0 }).run(failing(1));
    expect(listener).not.toHaveBeenCalled();
  });

  test.each([{}, { getBuiltinModule: () => undefined }])(
    'hooks work without diagnostics channels: %o',
    async (process) => {
      vi.resetModules();
      const fresh = await import('@stamina/core');
      const onRetry = vi.fn();
      vi.stubGlobal('process', process);
      await fresh
        .retry({ on: () => 0, onRetry })
        .run(failing(1))
        .finally(() => vi.unstubAllGlobals());
      expect(onRetry).toHaveBeenCalledTimes(1);
    },
  );
});

describe('the channel of attempts', () => {
  const channel = tracingChannel<unknown, AttemptMessage>('stamina:attempt');
  const attemptOf = new AsyncLocalStorage<number>();

  /** Traces all attempts. Returns the events, such as `start 1`, and the messages of the attempts that ended. */
  function trace() {
    const events: string[] = [];
    const ended: AttemptMessage[] = [];
    const note = (event: string) => (message: unknown) => {
      events.push(`${event} ${(message as AttemptMessage).attempt}`);
    };
    const subscribers = {
      start: note('start'),
      end: (message: unknown) => {
        note('end')(message);
        ended.push(message as AttemptMessage);
      },
      asyncStart: note('asyncStart'),
      asyncEnd: note('asyncEnd'),
      error: note('error'),
    };
    channel.subscribe(subscribers);
    channel.start.bindStore(attemptOf, ({ attempt }) => attempt);
    onTestFinished(() => {
      channel.unsubscribe(subscribers);
      channel.start.unbindStore(attemptOf);
    });
    return { events, ended };
  }

  /** The attempts that core makes, of three. A library makes the first itself. */
  const MADE = { all: [1, 2, 3], library: [2, 3] };

  // Core does not call the body of a loop.
  describe.each(SURFACES.filter(({ form, sync }) => form !== 'loop' && !sync))('$title', (surface) => {
    const made = surface.title === 'a call of a library' ? MADE.library : MADE.all;

    test('reports each attempt that core makes', async () => {
      const { ended } = trace();
      const [first, second] = [new Error('first'), new Error('second')];
      await surface.prepare({ on: () => 0 }, failing(first, second))();
      expect(ended.map(({ name, attempt }) => [name, attempt])).toEqual(made.map((attempt) => [surface.name, attempt]));
      expect(ended.map(({ error }) => error)).toEqual([first, second, undefined].slice(-made.length));
      const result = surface.form === 'generator' ? { value: 'done', done: false } : 'done';
      expect(ended.at(-1)?.result).toEqual(result);
    });

    test('runs each of these attempts in the context of its subscribers', async () => {
      trace();
      const seen: (number | undefined)[] = [];
      const errors = [1, 2];
      const work = vi.fn(() => {
        seen.push(attemptOf.getStore());
        if (errors.length > 0) throw errors.shift();
        return 'done';
      });
      expect(await surface.prepare({ on: () => 0 }, work)()).toBe('done');
      expect(seen.slice(-made.length)).toEqual(made);
      expect(attemptOf.getStore()).toBeUndefined();
    });

    test('fails with the same error', async () => {
      trace();
      const error = new Error('last');
      expect(await rejection(surface.prepare({ on: () => 0, attempts: 2 }, hopeless(error))())).toBe(error);
    });
  });

  test('events come in the order of every tracing channel', async () => {
    const { events } = trace();
    await retry({ on: () => 0 }).run(async () => 'done');
    expect(events).toEqual(['start 1', 'end 1', 'asyncStart 1', 'asyncEnd 1']);
    events.length = 0;
    await retry({ on: () => 0, attempts: 1 })
      .run(() => Promise.reject(new Error('down')))
      .catch(() => {});
    expect(events).toEqual(['start 1', 'end 1', 'error 1', 'asyncStart 1', 'asyncEnd 1']);
  });

  test('loops and synchronous code are not traced', async () => {
    const { events } = trace();
    retrySync({ on: () => 0 }).run(failing(1));
    for await (const attempt of retryContext({ on: () => 0 })) if (attempt.num === 1) attempt.fail('once');
    expect(events).toEqual([]);
  });

  test('a name that cannot be read breaks no call', async () => {
    trace();
    const odd = Object.defineProperty(async () => 'done', 'name', {
      get() {
        throw new Error('no name');
      },
    });
    expect(await retry({ on: () => 0 }).run(odd)).toBe('done');
  });

  test.each([{}, { getBuiltinModule: () => undefined }, { getBuiltinModule: () => ({ channel: openChannel }) }])(
    'calls work without tracing channels: %o',
    async (process) => {
      vi.resetModules();
      const fresh = await import('@stamina/core');
      vi.stubGlobal('process', process);
      const call = fresh.retry({ on: () => 0 }).run(failing(1));
      expect(await call.finally(() => vi.unstubAllGlobals())).toBe('done');
    },
  );
});
