import { expect, test } from 'vitest';
import { outcome } from '../../src/storm/outcome.ts';
import { sceneOf } from './scenes.ts';

/** Two seconds before, an outage of one second, four after it. */
const scene = sceneOf({ beforeMs: 2_000, outageMs: 1_000, afterMs: 4_000 });
const none = [0, 0, 0, 0, 0, 0, 0];
const counts = {
  begun: [10, 10, 20, 10, 10, 10, 10],
  lost: [1, 0, 15, 2, 0, 0, 0],
  requests: [100, 100, 500, 300, 200, 100, 100],
  failures: [0, 0, 500, 200, 11, 5, 5],
  successes: none,
  wasted: none,
};

test('peaks are the fullest seconds, of all and of those after the outage', () => {
  expect(outcome(scene, counts)).toMatchObject({ peak: 500, peakAfter: 300 });
});

test('lost calls are counted where they began', () => {
  expect(outcome(scene, counts)).toMatchObject({ lost: 18, lostInOutage: 15, lostOtherwise: 3, begun: 80 });
});

test('a server has recovered once, for good, at most one request in twenty fails', () => {
  expect(outcome(scene, counts).recoveredAfter).toBe(2);
  expect(outcome(scene, { ...counts, failures: [0, 0, 500, 15, 10, 5, 5] }).recoveredAfter).toBe(0);
  expect(outcome(scene, { ...counts, failures: [0, 0, 500, 0, 0, 0, 6] }).recoveredAfter).toBeUndefined();
});

test('what fails after the last calls were begun no longer counts', () => {
  const later = { ...counts, requests: [...counts.requests, 1], failures: [...counts.failures, 1] };
  expect(outcome(scene, later).recoveredAfter).toBe(2);
});
