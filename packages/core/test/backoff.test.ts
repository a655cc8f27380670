import { type RetryDetails, type RetryOptions, retry } from '@stamina/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { finish } from './support/surfaces.ts';

const JUST_BELOW_1 = 1 - Number.EPSILON / 2;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Returns the first waits of a call that never succeeds. `random` is the result of every draw. */
async function waits(random: number, options: Partial<RetryOptions> = {}, count = 8): Promise<number[]> {
  vi.spyOn(Math, 'random').mockReturnValue(random);
  const all: number[] = [];
  const policy = retry({
    on: Error,
    attempts: count + 1,
    timeout: Infinity,
    onRetry: ({ waitFor }: RetryDetails) => void all.push(waitFor),
    ...options,
  });
  await finish(policy.run(() => Promise.reject(new Error('always')))).catch(() => {});
  return all;
}

test('by default waits grow from 100 ms to 4 s', async () => {
  expect(await waits(0)).toEqual([100, 200, 400, 800, 1_600, 3_200, 4_000, 4_000]);
});

test('by default no wait exceeds 5 s', async () => {
  const all = await waits(JUST_BELOW_1);
  expect(all.map(Math.round)).toEqual([1_100, 1_200, 1_400, 1_800, 2_600, 4_200, 5_000, 5_000]);
  expect(Math.max(...all)).toBeLessThanOrEqual(5_000);
});

test('jitter is drawn evenly', async () => {
  expect(await waits(0.25, {}, 1)).toEqual([350]);
  expect(await waits(0.5, {}, 1)).toEqual([600]);
  expect(await waits(0.75, { waitJitter: 8 }, 1)).toEqual([106]);
});

test('jitter takes at most half of `waitMax`', async () => {
  const options = { waitMax: 1_000, waitJitter: 5_000 };
  expect(await waits(0, options, 5)).toEqual([100, 200, 400, 500, 500]);
  expect(await waits(0.5, options, 5)).toEqual([350, 450, 650, 750, 750]);
});

test('the first wait does not exceed `waitMax`', async () => {
  expect(await waits(0, { waitInitial: 3_000, waitMax: 1_000, waitJitter: 0 }, 2)).toEqual([1_000, 1_000]);
  expect(await waits(0.5, { waitInitial: 3_000, waitMax: 1_000, waitJitter: 200 }, 2)).toEqual([900, 900]);
});

test('waits grow by `waitExpBase`', async () => {
  expect(await waits(0, { waitExpBase: 3 }, 4)).toEqual([100, 300, 900, 2_700]);
  expect(await waits(0, { waitExpBase: 1.5 }, 3)).toEqual([100, 150, 225]);
  expect(await waits(0, { waitExpBase: 1 }, 4)).toEqual([100, 100, 100, 100]);
});

test('without jitter the waits are exact', async () => {
  expect(await waits(0.7, { waitJitter: 0 }, 3)).toEqual([100, 200, 400]);
});

test('without an initial wait there is only jitter', async () => {
  expect(await waits(0, { waitInitial: 0 }, 3)).toEqual([0, 0, 0]);
  expect(await waits(0.5, { waitInitial: 0 }, 3)).toEqual([500, 500, 500]);
});

test('with `waitMax: 0` nothing waits', async () => {
  expect(await waits(0.5, { waitMax: 0 }, 3)).toEqual([0, 0, 0]);
});

test('waits may be durations', async () => {
  const options = { waitInitial: { seconds: 1 }, waitMax: { minutes: 1 }, waitJitter: { milliseconds: 100 } };
  expect(await waits(0.5, options, 3)).toEqual([1_050, 2_050, 4_050]);
});

test('an overflowing power is capped at `waitMax`', async () => {
  expect((await waits(0, { waitExpBase: 1e200 }, 4)).slice(1)).toEqual([4_000, 4_000, 4_000]);
  expect(await waits(0, { waitInitial: 0, waitExpBase: 1e200 }, 4)).toEqual([0, 0, 0, 0]);
});
