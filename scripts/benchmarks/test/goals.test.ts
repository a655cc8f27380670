import { expect, test } from 'vitest';
import { summarize } from '../src/results.ts';
import type { Case } from '../src/suite.ts';
import { beyondTwiceTheGoal } from '../src/suite.ts';

test('a summary has the quartiles, between two values if necessary', () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual([2, 3, 4]);
  expect(summarize([1, 2])).toEqual([1.25, 1.5, 1.75]);
});

const one: Case = { id: 'one', title: 'one', says: 'One call.', measures: 'time', yardstick: 'loop' };
const contender = { id: 'own', title: 'ours', load: async () => undefined };

/** Compares a goal of 1 with measures whose lower quartile is half of the median. */
function compare(measures: Case['measures'], median: number, ofLoop: number, metric = 'one'): string[] {
  const figures = {
    [metric]: { own: [median / 2, median, 9] as const, loop: [ofLoop / 2, ofLoop, 9] as const },
  };
  const goals = { [metric]: 1 };
  return beyondTwiceTheGoal({ cases: [{ ...one, measures }], contenders: [{ ...contender, goals }] }, figures);
}

test('a time, which is a ratio already, fails at more than twice its goal', () => {
  expect(compare('time', 2, 500)).toEqual([]);
  expect(compare('time', 2.1, 500)).toEqual(['one: ours needs 2.10 of loop, and its goal is 1']);
});

test('everything else is compared with the yardstick of the same run', () => {
  expect(compare('bytes', 1_000, 500)).toEqual([]);
  expect(compare('bytes', 1_100, 500)).toHaveLength(1);
  expect(compare('time', 4, 2, 'one:open')).toEqual([]);
  expect(compare('time', 6, 2, 'one:open')).toHaveLength(1);
});

test('a measure that was disturbed is compared by its lower quartile', () => {
  const figures = { one: { own: [2, 90, 99] as const, loop: [1, 1, 1] as const } };
  const suite = { cases: [{ ...one, measures: 'import' as const }], contenders: [{ ...contender, goals: { one: 1 } }] };
  expect(beyondTwiceTheGoal(suite, figures)).toEqual([]);
});
