import { afterEach, beforeEach, vi } from 'vitest';

const { setImmediate } = globalThis;

/** Replaces time in every test of a file. Time passes only while code waits or blocks, and such a wait ends at once. */
export function useVirtualTime(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Atomics, 'wait').mockImplementation((_array, _index, _value, ms = Infinity) => {
      vi.advanceTimersByTime(Math.ceil(ms));
      return 'timed-out';
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}

/** Fakes the timers in every test of a file or group. Chance always draws 0, so waits have no jitter. */
export function useFakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
}

/** Waits in virtual time until `promise` is settled, and returns the result. */
export async function settle<Value>(promise: PromiseLike<Value>): Promise<PromiseSettledResult<Value>> {
  let result: PromiseSettledResult<Value> | undefined;
  promise.then(
    (value) => (result = { status: 'fulfilled', value }),
    (reason: unknown) => (result = { status: 'rejected', reason }),
  );
  for (let idle = 0; idle < 1_000; idle++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (result) return result;
    if (vi.getTimerCount() === 0) continue;
    vi.advanceTimersToNextTimer();
    idle = 0;
  }
  throw new Error('neither settled nor waiting for a timer');
}
