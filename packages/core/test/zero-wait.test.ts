import { setImmediate as realSetImmediate, setTimeout as realSetTimeout } from 'node:timers';
import { retry, setTesting } from '@stamina/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { finish, ONE_OF_EACH_FORM } from './support/surfaces.ts';
import { hopeless, rejection } from './support/work.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

// Code that Stryker has instrumented is far slower, and these tests run again for each mutant.
const MANY = process.env.STRYKER_MUTATOR_WORKER ? 20_000 : 100_000;

const error = new Error('not yet');

/** Options of calls that never wait and that end by themselves, so that a mistake fails a test and does not hang it. */
const eager = { on: () => 0, attempts: MANY, timeout: Number.POSITIVE_INFINITY };

const surfaces = ONE_OF_EACH_FORM.filter(({ sync }) => !sync);
describe.each(surfaces)(`${MANY} attempts of $title without a wait`, { timeout: 30_000 }, (surface) => {
  const start = (options: object, count: () => void): Promise<unknown> =>
    surface.prepare({ ...eager, ...options }, () => {
      count();
      throw error;
    })();

  test('let timers fire in between', async () => {
    let attempts = 0;
    let fired = 0;
    const tick = setInterval(() => fired++, 1);
    const begun = performance.now();
    await expect(start({}, () => attempts++)).rejects.toThrow('not yet');
    const took = performance.now() - begun;
    clearInterval(tick);
    expect(attempts).toBe(MANY);
    // We promise a turn every 10 ms. A busy machine may take longer.
    expect(fired).toBeGreaterThan(took / 50);
  });

  test('let real timers fire under fake timers', async () => {
    vi.useFakeTimers(); // Nobody advances them.
    let attempts = 0;
    let firedAt = 0;
    realSetTimeout(() => {
      firedAt = attempts;
    }, 1);
    await expect(start({}, () => attempts++)).rejects.toThrow('not yet');
    expect(attempts).toBe(MANY);
    expect(firedAt).toBeGreaterThan(0);
    expect(firedAt).toBeLessThan(MANY);
    expect(vi.getTimerCount()).toBe(0);
  });

  if (!surface.takesSignal) return;
  test('see an abort in between', async () => {
    const controller = new AbortController();
    let attempts = 0;
    setTimeout(() => controller.abort(new Error('enough')), 1);
    await expect(start({ signal: controller.signal }, () => attempts++)).rejects.toThrow('enough');
    expect(attempts).toBeLessThan(MANY);
  });
});

test('a backoff of zero lets timers fire', async () => {
  const fired = vi.fn();
  const firing = new Promise((done) => setTimeout(done, 0)).then(fired);
  await expect(
    retry({ ...eager, on: Error, waitMax: 0 }).run(() => {
      // Classes never match an AbortError, so this error ends the call.
      if (fired.mock.calls.length > 0) throw Object.assign(new Error('a timer fired'), { name: 'AbortError' });
      throw error;
    }),
  ).rejects.toThrow('a timer fired');
  await firing;
});

test('test mode lets timers fire', async () => {
  const testing = setTesting(true, { attempts: MANY });
  const fired = vi.fn();
  const firing = new Promise((done) => setTimeout(done, 0)).then(fired);
  let seen = false;
  await expect(
    retry({ on: Error }).run(() => {
      seen ||= fired.mock.calls.length > 0;
      throw error;
    }),
  ).rejects.toThrow('not yet');
  testing.dispose();
  await firing;
  expect(seen).toBe(true);
});

test('a few zero waits cause no turn', async () => {
  vi.useFakeTimers(); // No time passes, however busy the machine is.
  const turned = vi.fn();
  realSetImmediate(turned);
  await expect(retry({ ...eager, attempts: 20 }).run(hopeless())).rejects.toThrow('always');
  expect(turned).not.toHaveBeenCalled();
});

/** Makes enough zero waits for one turn of the event loop. The clock stands still meanwhile. */
async function failLong(): Promise<void> {
  const work = hopeless();
  await rejection(finish(retry({ on: () => 0, attempts: 1_100 }).run(work)));
  expect(work).toHaveBeenCalledTimes(1_100);
}

test('a turn sets no timer, and closes its port', async () => {
  vi.useFakeTimers();
  const start = vi.spyOn(globalThis, 'setTimeout');
  const closed: (() => void)[] = [];
  class Channel extends MessageChannel {
    constructor() {
      super();
      closed.push(vi.spyOn(this.port1, 'close'));
    }
  }
  vi.stubGlobal('MessageChannel', Channel);
  await failLong();
  expect(start).not.toHaveBeenCalled();
  expect(closed).toHaveLength(1);
  for (const close of closed) expect(close).toHaveBeenCalledTimes(1);
});

test('a turn uses a timer without message channels', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('MessageChannel', undefined);
  const start = vi.spyOn(globalThis, 'setTimeout');
  await failLong();
  expect(start.mock.calls).toEqual([[expect.any(Function), 0]]);
});
