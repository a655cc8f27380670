// Runs every behaviour through every surface, so that no surface can drift from the others.
import { setRetryHooks } from '@stamina/core';
import { afterEach, beforeEach, describe, test, vi } from 'vitest';
import { behavioursOf } from './behaviours/all.ts';
import { SURFACES } from './support/surfaces.ts';

beforeEach(() => {
  // Time stands still unless a test moves it. Synchronous waits block in real time, so they are short in these tests.
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  setRetryHooks([]);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe.each(SURFACES)('$title', (surface) => {
  for (const [title, expectHolds] of behavioursOf(surface)) test(title, () => expectHolds(surface));
});
