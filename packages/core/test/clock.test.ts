import { retry } from '@stamina/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { finish } from './surfaces.ts';
import { hopeless, rejection } from './work.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** So many zero waits while the clock stands still that the event loop must have one turn. */
async function failLong(): Promise<void> {
  const work = hopeless();
  await rejection(finish(retry({ on: () => 0, attempts: 1_100 }).run(work)));
  expect(work).toHaveBeenCalledTimes(1_100);
}

test('a turn of the event loop takes no timer, and leaves no port open', async () => {
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

test('where there are no message channels, a turn takes a timer', async () => {
  vi.stubGlobal('MessageChannel', undefined);
  const start = vi.spyOn(globalThis, 'setTimeout');
  await failLong();
  expect(start.mock.calls).toEqual([[expect.any(Function), 0]]);
});
