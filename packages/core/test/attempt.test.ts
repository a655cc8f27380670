import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import type { Attempt } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SURFACES } from './support/surfaces.ts';
import { settle } from './support/work.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ALWAYS = ['num', 'nextWait', 'signal', 'timeLeft', 'lastError'];

/** Expects that a printed attempt shows the documented properties and nothing else. */
function expectDocumentedOnly(attempt: Attempt, documented: readonly string[]): void {
  const printed = inspect(attempt, { depth: 0, compact: false }); // Prints one property per line.
  expect(Array.from(printed.matchAll(/^ {2}(\w+):/gm), ([, key]) => key).sort()).toEqual([...documented].sort());
  expect(printed).toMatch(/num: \d/);
  expect(printed).toMatch(/nextWait: \d/);
  expect(printed).toMatch(/timeLeft: (\d+|Infinity)/);
  expect(printed).toMatch(/signal: (\[AbortSignal\]|AbortSignal)/);
  for (const key of [...Reflect.ownKeys(attempt), ...Object.keys(JSON.parse(JSON.stringify(attempt)))]) {
    expect(documented).toContain(key);
  }
}

describe.each(SURFACES.filter(({ givesAttempt }) => givesAttempt))('the attempt of $title', (surface) => {
  const documented = [...ALWAYS, ...(surface.form === 'loop' ? ['fail', 'reset'] : [])];

  test('shows only what is documented', async () => {
    const work = vi.fn((attempt?: Attempt) => expectDocumentedOnly(attempt as Attempt, documented));
    await settle(surface, { on: () => false }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('prints its own signal', async () => {
    const controller = new AbortController();
    const printed: string[] = [];
    const work = (attempt?: Attempt): void => {
      printed.push(inspect(attempt));
      attempt?.signal;
      printed.push(inspect(attempt));
      controller.abort();
      printed.push(inspect(attempt));
    };
    await settle(surface, { on: Error, signal: controller.signal }, work);
    expect(printed.map((text) => /aborted: (\w+)/.exec(text)?.[1])).toEqual(['false', 'false', 'true']);
  });

  test('prints an aborted signal that was not read', async () => {
    const controller = new AbortController();
    const work = vi.fn((attempt?: Attempt) => {
      controller.abort();
      expect(inspect(attempt)).toContain('aborted: true');
    });
    await settle(surface, { on: Error, signal: controller.signal }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  if (!surface.takesAttemptTimeout) return;
  test('does not listen to signals when it is printed', async () => {
    const { signal } = new AbortController();
    const work = vi.fn((attempt?: Attempt) => {
      inspect(attempt);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });
    await settle(surface, { on: Error, signal, attemptTimeout: 1_000 }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('shows no timer of its `attemptTimeout`', async () => {
    const work = vi.fn((attempt?: Attempt) => {
      attempt?.signal;
      expectDocumentedOnly(attempt as Attempt, documented);
    });
    await settle(surface, { on: () => false, attemptTimeout: 1_000 }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

test('the attempt of a library shows only what is documented', async () => {
  const attempt = vi.fn((given: Attempt) => expectDocumentedOnly(given, ALWAYS));
  await libraryPolicy()
    .begin()
    .retry('error', { attempt, classify: () => 0 });
  expect(attempt).toHaveBeenCalledTimes(1);
});
