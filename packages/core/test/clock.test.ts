import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type GiveUpDetails, type RetryDetails, retry, retryBudget } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finish } from './support/surfaces.ts';
import { failing } from './support/work.ts';

const inChild = promisify(execFile);

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Runs a process that only waits for a retry. Returns the lines that it prints. */
async function printedWith(options: string): Promise<string[]> {
  const core = JSON.stringify(new URL('../dist/index.js', import.meta.url).href);
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
