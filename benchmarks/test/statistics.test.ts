import { expect, test } from 'vitest';
import { summarize } from '../src/statistics.ts';

test('a summary has the median and the quartiles, between two values if need be', () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual({ q1: 2, median: 3, q3: 4 });
  expect(summarize([1, 2])).toEqual({ q1: 1.25, median: 1.5, q3: 1.75 });
});
