import { runInNewContext } from 'node:vm';
import { expect, vi } from 'vitest';
import type { Behaviours, Surface } from '../support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from '../support/work.ts';

class Transient extends Error {
  override name = 'Transient';
}
class Reset extends Transient {}
class Fatal extends Error {}

const noWait = { waitInitial: 0, waitMax: 0 };

/** Returns whether a failure with `error` is retried under `on`. */
async function isRetried(surface: Surface, on: unknown, error: unknown): Promise<boolean> {
  const work = failing(error);
  const outcome = await settle(surface, { on: on as typeof Error, ...noWait }, work).catch((thrown: unknown) => {
    expect(thrown).toBe(error);
    return 'thrown';
  });
  expect(work).toHaveBeenCalledTimes(outcome === 'done' ? 2 : 1);
  return outcome === 'done';
}

/** Returns the wait before the retry, as hooks see it, if `on` answers `answer`. */
async function waitAfter(surface: Surface, answer: unknown, options: object = {}): Promise<number | undefined> {
  const onRetry = vi.fn();
  await settle(surface, { on: () => answer as number, onRetry, ...options }, failing(new Transient()));
  return detailsOf(onRetry)[0]?.waitFor;
}

async function expectRefused(surface: Surface, answer: unknown, shown: string): Promise<void> {
  const error = new Transient();
  const work = hopeless(error);
  const thrown = await rejection(settle(surface, { on: () => answer as boolean }, work));
  expect(thrown).toBeInstanceOf(TypeError);
  expect(thrown).toMatchObject({
    message: `\`on(error)\` must be true, false, a finite wait or { atLeast: wait }, got ${shown}; is a \`return\` missing?`,
    cause: error,
  });
  expect(work).toHaveBeenCalledTimes(1);
}

export const predicates: Behaviours = {
  'an unmatched error is thrown at once': async (surface) => {
    expect(await isRetried(surface, Transient, new Fatal())).toBe(false);
    expect(await isRetried(surface, () => false, new Fatal())).toBe(false);
  },

  'a class matches its instances and subclasses': async (surface) => {
    expect(await isRetried(surface, Transient, new Transient())).toBe(true);
    expect(await isRetried(surface, Transient, new Reset())).toBe(true);
    expect(await isRetried(surface, Reset, new Transient())).toBe(false);
  },

  'an unmatched error ends the retries': async (surface) => {
    const fatal = new Fatal();
    const work = failing(new Transient(), new Transient(), fatal);
    expect(await rejection(settle(surface, { on: Transient, ...noWait }, work))).toBe(fatal);
    expect(work).toHaveBeenCalledTimes(3);
  },

  'an array matches if any of its classes does': async (surface) => {
    expect(await isRetried(surface, [Transient, RangeError], new Reset())).toBe(true);
    expect(await isRetried(surface, [Transient, RangeError], new RangeError())).toBe(true);
    expect(await isRetried(surface, [Transient, RangeError], new TypeError())).toBe(false);
  },

  'the first answer that is not false counts': async (surface) => {
    const called: string[] = [];
    const answering = (name: string, answer: boolean | number) => () => {
      called.push(name);
      return answer;
    };
    const onRetry = vi.fn();
    const on = [Fatal, answering('first', false), answering('second', 7), answering('third', true), Transient] as const;
    await settle(surface, { on, onRetry }, failing(new Transient()));
    expect(called).toEqual(['first', 'second']);
    expect(detailsOf(onRetry)[0]).toMatchObject({ waitFor: 7 });
    called.length = 0;
    await settle(
      surface,
      { on: [Transient, answering('after a class', 7)], ...noWait, onRetry },
      failing(new Transient()),
    );
    expect(called).toEqual([]);
    expect(detailsOf(onRetry)[1]).toMatchObject({ waitFor: 0 });
  },

  'a wait of 0 counts as an answer': async (surface) => {
    const onRetry = vi.fn();
    await settle(surface, { on: [() => 0, () => 5], onRetry }, failing(new Transient()));
    expect(detailsOf(onRetry)[0]).toMatchObject({ waitFor: 0 });
  },

  'a predicate is called once per failure': async (surface) => {
    const errors = [new Transient(), 'a string', undefined];
    const on = vi.fn(() => 0);
    await settle(surface, { on }, failing(...errors));
    expect(on.mock.calls).toEqual(errors.map((error) => [error]));
  },

  '`true` retries after the usual backoff': async (surface) => {
    expect(await waitAfter(surface, true, { waitInitial: 3 })).toBe(3);
  },

  'a number is the exact wait': async (surface) => {
    vi.mocked(Math.random).mockReturnValue(0.9);
    expect(await waitAfter(surface, 6.5, { waitInitial: 1, waitMax: 2, waitJitter: 1 })).toBe(6.5);
    expect(await waitAfter(surface, 0)).toBe(0);
  },

  'a duration is the exact wait': async (surface) => {
    expect(await waitAfter(surface, { seconds: 0.004, milliseconds: 3 })).toBe(7);
    expect(await waitAfter(surface, { total: ({ unit }: { unit: string }) => unit.length })).toBe(12);
  },

  '`atLeast` raises the lower bound of the backoff': async (surface) => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    const backoff = { waitInitial: 2, waitMax: 4, waitJitter: 1 };
    expect(await waitAfter(surface, { atLeast: 0 }, backoff)).toBe(2.5);
    expect(await waitAfter(surface, { atLeast: 1.5 }, backoff)).toBe(2.5);
    expect(await waitAfter(surface, { atLeast: 6 }, backoff)).toBe(6.5);
    expect(await waitAfter(surface, { atLeast: { seconds: 0.007 } }, backoff)).toBe(7.5);
    expect(await waitAfter(surface, { atLeast: -5 }, backoff)).toBe(2.5);
  },

  'a negative wait counts as 0': async (surface) => {
    expect(await waitAfter(surface, -1)).toBe(0);
    expect(await waitAfter(surface, Number.MIN_SAFE_INTEGER)).toBe(0);
    expect(await waitAfter(surface, { seconds: -3 })).toBe(0);
  },

  'an answer of undefined is refused': (surface) => expectRefused(surface, undefined, 'undefined'),
  'an answer of NaN is refused': (surface) => expectRefused(surface, Number.NaN, 'NaN'),
  'an answer of Infinity is refused': (surface) => expectRefused(surface, Number.POSITIVE_INFINITY, 'Infinity'),
  'an answer of -Infinity is refused': (surface) => expectRefused(surface, Number.NEGATIVE_INFINITY, '-Infinity'),
  'an answer of null is refused': (surface) => expectRefused(surface, null, 'null'),
  '`atLeast: Infinity` is refused': (surface) => expectRefused(surface, { atLeast: Infinity }, 'an object'),
  '`atLeast` without a wait is refused': (surface) => expectRefused(surface, { atLeast: 'soon' }, 'an object'),
  'an answer of a string is refused': (surface) => expectRefused(surface, '100', '"100"'),
  'an answer with an unknown unit is refused': (surface) => expectRefused(surface, { minute: 1 }, 'an object'),

  'an error of the predicate ends the call': async (surface) => {
    const bug = new Error('a bug in the predicate');
    const work = hopeless();
    const onGiveUp = vi.fn();
    const on = () => {
      throw bug;
    };
    expect(await rejection(settle(surface, { on, onGiveUp }, work))).toBe(bug);
    expect(work).toHaveBeenCalledTimes(1);
    expect(onGiveUp).not.toHaveBeenCalled();
  },

  'an error of one of several predicates ends the call': async (surface) => {
    const bug = new Error('a bug in the predicate');
    const on = () => {
      throw bug;
    };
    expect(await rejection(settle(surface, { on: [Fatal, on, Transient] }, failing(new Transient())))).toBe(bug);
  },

  'only a predicate matches an error of cancelling': async (surface) => {
    const byName = Object.assign(new Transient(), { name: 'AbortError' });
    const axiosByName = Object.assign(new Transient(), { name: 'CanceledError' });
    const axiosByCode = Object.assign(new Transient(), { code: 'ERR_CANCELED' });
    for (const error of [new DOMException('cancelled', 'AbortError'), byName, axiosByName, axiosByCode]) {
      expect(await isRetried(surface, [Error, DOMException, Transient], error)).toBe(false);
      expect(await isRetried(surface, [Error, () => true], error)).toBe(true);
    }
    expect(await isRetried(surface, DOMException, new DOMException('late', 'TimeoutError'))).toBe(true);
  },

  'a built-in class matches errors of other realms': async (surface) => {
    const foreign = (code: string): unknown => runInNewContext(code);
    expect(await isRetried(surface, Error, foreign('new Error()'))).toBe(true);
    expect(await isRetried(surface, Error, foreign('new TypeError()'))).toBe(true);
    expect(await isRetried(surface, TypeError, foreign('new TypeError()'))).toBe(true);
    expect(await isRetried(surface, TypeError, foreign('new Error()'))).toBe(false);
    expect(await isRetried(surface, foreign('Error'), new RangeError())).toBe(true);
    expect(await isRetried(surface, Transient, foreign('class Transient extends Error {}; new Transient()'))).toBe(
      false,
    );
  },
};
