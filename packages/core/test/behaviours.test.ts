// One table of behaviours, run through every surface: none can drift from the others.
import { setRetryHooks } from '@stamina/core';
import { afterEach, beforeEach, describe, test, vi } from 'vitest';
import { behavioursOf } from './behaviours/all.ts';
import { SURFACES } from './surfaces.ts';

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
  for (const [sentence, expectHolds] of behavioursOf(surface)) test(sentence, () => expectHolds(surface));
});
