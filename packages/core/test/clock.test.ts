import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addRetryHook, type Disposer, type GiveUpDetails, type RetryDetails, retry, retryBudget } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tolerateWarning } from '../../../scripts/vitest/setup.ts';
import { finish, SURFACES } from './support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

// Times of a few ms are meant here.
tolerateWarning('Did you mean seconds?');

const inChild = promisify(execFile);

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Runs a process that only waits for a retry. Returns the lines that it prints. */
async function printedWith(options: string): Promise<string[]> {
  const core = JSON.stringify(new URL('../dist/core.js', import.meta.url).href);
  const script = `
    import { retry } from ${core};
    let calls = 0;
    const policy = retry({ on: () => 200, ${options} });
    policy.run(() => {
      if (++calls === 1) throw new Error('once');
      console.log('retried');
    });
    process.on('exit', () => console.log('exit'));
  `;
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const { stdout } = await inChild(process.execPath, ['--input-type=module', '--eval', script], { cwd });
  return stdout.trim().split('\n');
}

test('`unref` lets the process exit while a retry waits', async () => {
  expect(await printedWith('')).toEqual(['retried', 'exit']);
  expect(await printedWith('unref: false')).toEqual(['retried', 'exit']);
  expect(await printedWith('unref: true')).toEqual(['exit']);
});

/** Returns, for each timer that `call` starts, whether it keeps the process alive. */
async function references(call: () => Promise<unknown>): Promise<boolean[]> {
  vi.useFakeTimers();
  const start = vi.spyOn(globalThis, 'setTimeout');
  const counts: boolean[] = [];
  const running = call();
  await vi.advanceTimersByTimeAsync(0);
  for (const { value } of start.mock.results) counts.push((value as NodeJS.Timeout).hasRef());
  await finish(running);
  return counts;
}

test('`unref` applies to waits and attempt timeouts', async () => {
  for (const unref of [false, true]) {
    expect(await references(() => retry({ on: () => 50, unref }).run(failing(1)))).toEqual([!unref]);
    const attemptTimeout = (): Promise<unknown> =>
      retry({ on: Error, attemptTimeout: 50, attempts: 1, unref }).run(
        ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
      );
    expect(await references(attemptTimeout)).toEqual([!unref]);
  }
});

test('`unref` applies to every timer of a long wait', async () => {
  vi.useFakeTimers();
  const start = vi.spyOn(globalThis, 'setTimeout');
  await finish(retry({ on: () => 2 ** 31, timeout: Infinity, unref: true }).run(failing(1)));
  const timers = start.mock.results.map(({ value }) => value as NodeJS.Timeout);
  expect(timers.map((timer) => timer.hasRef())).toEqual([false, false]);
});

test('`unref` works in Deno, where timers are numbers', async () => {
  const unrefTimer = vi.fn();
  vi.useFakeTimers();
  const begin = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((...args: Parameters<typeof setTimeout>) =>
    Number(begin(...args))) as unknown as typeof setTimeout);
  vi.stubGlobal('Deno', { unrefTimer });
  await finish(retry({ on: () => 5, unref: true }).run(failing(1)));
  expect(unrefTimer.mock.calls).toEqual([[expect.any(Number)]]);
  await finish(retry({ on: () => 5 }).run(failing(1)));
  expect(unrefTimer).toHaveBeenCalledTimes(1);
  for (const deno of [{}, undefined]) {
    vi.stubGlobal('Deno', deno);
    expect(await finish(retry({ on: () => 5, unref: true }).run(failing(1)))).toBe('done');
  }
  vi.unstubAllGlobals();
});

test('`unref` does nothing for timers without `unref`', async () => {
  vi.useFakeTimers();
  const begin = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((...args: Parameters<typeof setTimeout>) => {
    begin(...args);
    return {};
  }) as unknown as typeof setTimeout);
  expect(await finish(retry({ on: () => 5, unref: true }).run(failing(1)))).toBe('done');
});

describe('the wall clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) }));
  afterEach(() => void vi.useRealTimers());

  const HOUR = 3_600_000;

  /** Makes a call that never succeeds, and moves the wall clock by `by` ms in its waits. */
  async function observe(by: number) {
    const attemptsAt: number[] = [];
    const details: (RetryDetails | GiveUpDetails)[] = [];
    const begun = performance.now();
    const result = retry({
      on: () => 400,
      attempts: Number.POSITIVE_INFINITY,
      timeout: 1_000,
      attemptTimeout: 5_000,
      onRetry: (given) => void details.push(given),
      onGiveUp: (given) => void details.push(given),
    }).run(async () => {
      attemptsAt.push(performance.now() - begun);
      throw 'not yet';
    });
    const outcome = result.catch((error: unknown) => error);
    for (let step = 0; step < 10; step++) {
      if (by !== 0) vi.setSystemTime(Date.now() + by);
      await vi.advanceTimersByTimeAsync(200);
    }
    return { attemptsAt, details, error: await outcome };
  }

  test.each([-1_000, -24 * HOUR, 24 * HOUR])('moving the wall clock by %d ms changes nothing', async (by) => {
    const expected = await observe(0);
    expect(expected.attemptsAt).toEqual([0, 400, 800]);
    expect(expected.details.at(-1)).toMatchObject({ reason: 'timeout', elapsed: 800 });
    expect(await observe(by)).toEqual(expected);
  });

  test('a broken wall clock changes nothing', async () => {
    const expected = await observe(0);
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Number.NaN);
    expect(await observe(0)).toEqual(expected);
    clock.mockRestore();
  });

  test('a budget refills by the monotonic clock', () => {
    const budget = retryBudget({ ratio: 0, reserve: 10 });
    while (budget.withdraw());
    vi.setSystemTime(Date.now() + HOUR);
    expect(budget.balance).toBe(0);
    vi.setSystemTime(Date.now() - 2 * HOUR);
    vi.advanceTimersByTime(3_000);
    expect(budget.balance).toBe(3);
  });

  test('the wall clock does not prolong a synchronous call', () => {
    let attempts = 0;
    const policy = retrySync({ on: () => 1, attempts: Number.POSITIVE_INFINITY, timeout: 5 });
    expect(() =>
      policy.run(() => {
        vi.setSystemTime(Date.now() - HOUR);
        attempts++;
        throw new Error('not yet');
      }),
    ).toThrow('not yet');
    expect(attempts).toBe(6);
  });
});

describe('timers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  /** Replaces the timers by timers that cannot be stopped. Returns a function that fires all of them. */
  function stubUnstoppableTimers(): () => void {
    const started: (() => void)[] = [];
    vi.stubGlobal('setTimeout', (fire: () => void) => started.push(fire));
    vi.stubGlobal('clearTimeout', () => {});
    return () => {
      for (const fire of started.splice(0)) fire();
    };
  }

  const asynchronous = SURFACES.filter(({ sync }) => !sync);

  // Fake timers that are installed during a wait cannot stop the real timer.
  describe('a timer that cannot be stopped', () => {
    test.each(asynchronous.filter(({ takesSignal }) => takesSignal))(
      'does not wake an aborted call: $title',
      async (surface) => {
        const fireAll = stubUnstoppableTimers();
        const controller = new AbortController();
        const onGiveUp = vi.fn();
        const work = hopeless();
        const call = surface.prepare({ on: () => 50, signal: controller.signal, onGiveUp }, work)();
        const reason = rejection(call);
        await vi.waitFor(() => expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1));
        controller.abort('enough');
        expect(await reason).toBe('enough');
        fireAll();
        expect(work).toHaveBeenCalledTimes(1);
        expect(onGiveUp).toHaveBeenCalledTimes(1);
      },
    );

    test('does not abort the signal of a settled attempt', async () => {
      const fireAll = stubUnstoppableTimers();
      const signal = await retry({ on: Error, attemptTimeout: 50 }).run((attempt) => attempt.signal);
      fireAll();
      expect(signal.aborted).toBe(false);
    });
  });

  describe.each(asynchronous)('$title', (surface) => {
    test('works with a mock of `setTimeout` that drops arguments', async () => {
      const { setTimeout } = globalThis;
      vi.stubGlobal('setTimeout', (fire: () => void, ms: number) => setTimeout(() => fire(), ms));
      expect(await finish(surface.prepare({ on: () => 50 }, failing(1, 2))())).toBe('done');
      expect(performance.now()).toBe(100);
    });

    test('works with a mock of `setTimeout` that calls its function at once', async () => {
      vi.stubGlobal('setTimeout', (fire: () => void) => fire());
      const { signal } = new AbortController();
      const options = { on: () => 50, ...(surface.takesSignal && { signal }) };
      expect(await surface.prepare(options, failing(1, 2))()).toBe('done');
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });

    test('waits no less than it must, even if a timer fires a little too early', async () => {
      for (const wait of [0.3, 1, 7.5]) {
        const clock = stubClockOfNode();
        await surface.prepare({ on: () => wait }, failing(1))();
        expect(clock.now()).toBeGreaterThanOrEqual(wait);
        expect(clock.now()).toBeLessThan(wait + 3);
      }
    });

    test('trusts a timer if the clock stands still', async () => {
      vi.stubGlobal('performance', { now: () => 5 });
      for (const wait of [0.3, 1, 7.5])
        expect(await finish(surface.prepare({ on: () => wait }, failing(1))())).toBe('done');
    });

    test('keeps its timeout if one reading of the clock is odd', async () => {
      for (const odd of [Number.NaN, undefined, Number.POSITIVE_INFINITY]) {
        vi.spyOn(performance, 'now').mockReturnValueOnce(odd as number);
        const onGiveUp = vi.fn();
        const work = hopeless();
        await rejection(finish(surface.prepare({ on: () => 400, attempts: 20, timeout: 1_000, onGiveUp }, work)()));
        expect(work).toHaveBeenCalledTimes(3);
        expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'timeout', elapsed: 800 }]);
      }
    });
  });

  /** Imitates the timers of Node, which may fire almost 1 ms too early. */
  function stubClockOfNode() {
    let time = 0;
    const clock = { now: () => time };
    vi.stubGlobal('performance', clock);
    vi.stubGlobal('setTimeout', (fire: () => void, ms: number) => {
      queueMicrotask(() => {
        time += Math.max(1, ms) - 0.9;
        fire();
      });
    });
    return clock;
  }

  test('an odd reading of the clock does not end an attempt', async () => {
    vi.spyOn(performance, 'now').mockReturnValueOnce(Number.NaN);
    const policy = retry({ on: Error, timeout: Infinity, attemptTimeout: 50 });
    const call = policy.run(({ signal }) => new Promise((resolve) => setTimeout(() => resolve(signal.aborted), 20)));
    expect(await finish(call)).toBe(false);
  });

  describe.each(SURFACES)('`elapsed` of $title without a timeout', (surface) => {
    /**
     * Calls work whose attempts take 50 ms each, and adds a hook during one attempt. Returns the `elapsed` that it gets.
     */
    async function elapsedFor(attempt: number, during: 'before' | 'after'): Promise<unknown> {
      const onRecover = vi.fn();
      let attempts = 0;
      let added: Disposer | undefined;
      const listen = (): void => {
        added = addRetryHook({ onRecover });
      };
      const work = (): unknown => {
        const isDue = ++attempts === attempt;
        if (isDue && during === 'before') listen();
        vi.advanceTimersByTime(50);
        if (isDue && during === 'after') listen();
        if (attempts < 3) throw new Error('not yet');
        return 'done';
      };
      await surface.prepare({ on: () => 0, timeout: Infinity }, work)();
      added?.dispose();
      return detailsOf(onRecover)[0].elapsed;
    }

    test('counts from the first hook, or from the first failure if that came before', async () => {
      expect(await elapsedFor(1, 'before')).toBe(150);
      expect(await elapsedFor(1, 'after')).toBe(100);
      expect(await elapsedFor(3, 'after')).toBe(100);
    });
  });
});
