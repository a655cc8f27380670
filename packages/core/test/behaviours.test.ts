// One table of behaviours, run through every surface: none can drift from the others.
import { setRetryHooks } from '@stamina/core';
import { afterEach, beforeEach, describe, test, vi } from 'vitest';
import { aborting, abortingWaits } from './behaviours/aborting.ts';
import { attempts } from './behaviours/attempts.ts';
import { matching } from './behaviours/matching.ts';
import { budgets, modes } from './behaviours/modes.ts';
import { outcomes } from './behaviours/outcomes.ts';
import type { Behaviours } from './behaviours/table.ts';
import { telling } from './behaviours/telling.ts';
import { asynchronousWaiting, waiting } from './behaviours/waiting.ts';
import { SURFACES, type Surface } from './surfaces.ts';

const TABLE: readonly [behaviours: Behaviours, where: (surface: Surface) => boolean][] = [
  [outcomes, () => true],
  [matching, () => true],
  [waiting, () => true],
  [asynchronousWaiting, ({ sync }) => !sync],
  [telling, () => true],
  [modes, () => true],
  [budgets, () => true],
  [attempts, ({ givesAttempt }) => givesAttempt],
  [aborting, ({ takesSignal }) => takesSignal],
  [abortingWaits, ({ takesSignal, sync }) => takesSignal && !sync],
];

beforeEach(() => {
  // Time stands still unless a test lets it pass. A synchronous wait blocks in real time, so those here are short.
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  setRetryHooks([]);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe.each(SURFACES)('$title', (surface) => {
  for (const [behaviours, where] of TABLE) {
    if (!where(surface)) continue;
    for (const [sentence, expectHolds] of Object.entries(behaviours)) test(sentence, () => expectHolds(surface));
  }
});
