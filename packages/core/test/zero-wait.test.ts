import { setImmediate as realSetImmediate, setTimeout as realSetTimeout } from 'node:timers';
import { retry, retryContext, setTesting } from '@stamina/core';
import { afterEach, describe, expect, test, vi } from 'vitest';

afterEach(() => void vi.useRealTimers());

// Instrumented code takes far longer, for each mutant that it covers.
const MANY = process.env.STRYKER_MUTATOR_WORKER ? 20_000 : 100_000;

const error = new Error('not yet');

/** Never waits, and ends by itself, so that a broken driver fails the test rather than hang it. */
const eager = { on: () => 0, attempts: MANY, timeout: Number.POSITIVE_INFINITY };

type Start = (options: typeof eager & { signal?: AbortSignal }, work: () => void) => Promise<unknown>;
const surfaces: Record<string, Start> = {
  run: (options, work) =>
    retry(options).run(() => {
      work();
      throw error;
    }),
  'a wrapped async function': (options, work) =>
    retry(options)(async () => {
      work();
      throw error;
    })(),
  'a loop': async (options, work) => {
    for await (const attempt of retryContext(options)) {
      work();
      attempt.fail(error);
    }
  },
};

describe.each(Object.entries(surfaces))('100 000 attempts of %s without a wait', { timeout: 30_000 }, (_, start) => {
  test('let timers fire in between', async () => {
    let attempts = 0;
    let fired = 0;
    const tick = setInterval(() => fired++, 1);
    const begun = performance.now();
    await expect(start(eager, () => attempts++)).rejects.toThrow('not yet');
    const took = performance.now() - begun;
    clearInterval(tick);
    expect(attempts).toBe(MANY);
    // A turn at least every 10 ms is promised; a busy machine may take its time.
    expect(fired).toBeGreaterThan(took / 50);
  });

  test('see an abort in between', async () => {
    const controller = new AbortController();
    let attempts = 0;
    setTimeout(() => controller.abort(new Error('enough')), 1);
    await expect(start({ ...eager, signal: controller.signal }, () => attempts++)).rejects.toThrow('enough');
    expect(attempts).toBeLessThan(MANY);
  });

  test('end under fake timers that nobody advances, and let real ones fire', async () => {
    vi.useFakeTimers();
    let attempts = 0;
    let firedAt = 0;
    realSetTimeout(() => {
      firedAt = attempts;
    }, 1);
    await expect(start(eager, () => attempts++)).rejects.toThrow('not yet');
    expect(attempts).toBe(MANY);
    expect(firedAt).toBeGreaterThan(0);
    expect(firedAt).toBeLessThan(MANY);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('a backoff of zero, and test mode, let timers fire as well', async () => {
  const fails = () => {
    throw error;
  };
  const fired = vi.fn();
  const once = () => new Promise((done) => setTimeout(done, 0)).then(fired);

  const first = once();
  await expect(
    retry({ ...eager, on: Error, waitMax: 0 }).run(() =>
      fired.mock.calls.length > 0 ? raise('a timer fired') : fails(),
    ),
  ).rejects.toThrow('a timer fired');
  await first;

  const testing = setTesting(true, { attempts: MANY });
  fired.mockClear();
  const second = once();
  let seen = false;
  await expect(
    retry({ on: Error }).run(() => {
      seen ||= fired.mock.calls.length > 0;
      fails();
    }),
  ).rejects.toThrow('not yet');
  testing.dispose();
  await second;
  expect(seen).toBe(true);
});

function raise(message: string): never {
  throw Object.assign(new Error(message), { name: 'AbortError' }); // Which no class matches.
}

test('a handful of attempts without a wait needs no turn of the event loop', async () => {
  vi.useFakeTimers(); // No time passes, however busy the machine is.
  const turned = vi.fn();
  realSetImmediate(turned);
  await expect(retry({ ...eager, attempts: 20 }).run(() => raise('always'))).rejects.toThrow('always');
  expect(turned).not.toHaveBeenCalled();
});
