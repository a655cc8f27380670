import { describe, expect, test } from 'vitest';
import { CONTENDERS, findContender } from '../../src/storm/contenders.ts';
import { SCENES, type Scene } from '../../src/storm/scene.ts';
import { simulate } from '../../src/storm/simulate.ts';
import { ONE_CALL, sceneOf } from './scenes.ts';

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
const small = (scene: Scene): Scene => ({ ...scene, clients: 1_000, clientsPerProcess: 100 });

/** The seconds in which the only call of a scene makes its attempts. */
async function attemptsOf(contender: string, seed = 1): Promise<number[]> {
  const { requests } = await simulate(ONE_CALL, findContender(contender), seed);
  return requests.flatMap((count, second) => Array<number>(count).fill(second));
}

describe.each(CONTENDERS.map(({ id }) => id))('%s', (id) => {
  test.each(Object.entries(SCENES))('%s: every call and every request ends exactly once', async (_, scene) => {
    const counts = await simulate(small(scene), findContender(id), 1);
    expect(sum(counts.begun)).toBe(sum(counts.successes) + sum(counts.lost));
    expect(sum(counts.requests)).toBe(sum(counts.successes) + sum(counts.failures));
    expect(sum(counts.begun)).toBeGreaterThan(500);
  });

  test('one seed gives the same counts twice, and another seed others', async () => {
    const scene = small(SCENES.herd);
    const [first, again, other] = [1, 1, 2].map((seed) => () => simulate(scene, findContender(id), seed));
    const counts = await first?.();
    expect(await again?.()).toEqual(counts);
    expect(await other?.()).not.toEqual(counts);
  });
});

test('the same calls are begun for every contender', async () => {
  const begun: (readonly number[])[] = [];
  for (const contender of CONTENDERS) begun.push((await simulate(small(SCENES.herd), contender, 1)).begun);
  expect(begun.slice(1)).toEqual(begun.slice(1).map(() => begun[0]));
});

test('without retries a call makes one attempt', async () => {
  expect(await attemptsOf('none')).toEqual([0]);
});

test('fixed waits are 2.5 s', async () => {
  expect(await attemptsOf('fixed')).toEqual([0, 2, 5, 7, 10, 12, 15, 17, 20, 22]);
});

test('without jitter waits double from 100 ms to 5 s', async () => {
  expect(await attemptsOf('no-jitter')).toEqual([0, 0, 0, 0, 1, 3, 6, 11, 16, 21]);
});

test('Python’s clamped jitter ends in waits of exactly 5 s, ours in waits from 4 s to 5 s', async () => {
  // The last four attempts come after the clamp. What is exactly 5 s keeps the fraction of the second.
  const lastWaits = async (contender: string): Promise<number[]> => {
    const waits = new Set<number>();
    for (let seed = 1; seed <= 10; seed++) {
      const last = (await attemptsOf(contender, seed)).slice(-4);
      for (const [index, second] of last.slice(1).entries()) waits.add(second - (last[index] as number));
    }
    return [...waits].sort();
  };
  expect(await lastWaits('clamped')).toEqual([5]);
  expect(await lastWaits('stamina')).toEqual([4, 5]);
});

test('a budget allows the clients of a process a tenth of their calls again, and its reserve of ten', async () => {
  const scene = sceneOf({ ...ONE_CALL, clients: 1_000, clientsPerProcess: 500 });
  const { requests } = await simulate(scene, findContender('budget'), 1);
  const reserve = 10;
  const refilled = sum(requests) - 1_000 - 2 * (50 + reserve);
  expect(refilled).toBeGreaterThanOrEqual(0);
  // One retry a second, for as long as a call lasts.
  expect(refilled).toBeLessThanOrEqual(2 * 45);
});
