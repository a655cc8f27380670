import { runInNewContext } from 'node:vm';
import { expect, vi } from 'vitest';
import type { Surface } from '../surfaces.ts';
import { failing, hopeless, rejection, settle, told } from '../work.ts';
import type { Behaviours } from './table.ts';

class Transient extends Error {
  override name = 'Transient';
}
class Reset extends Transient {}
class Fatal extends Error {}

const noWait = { waitInitial: 0, waitMax: 0 };

/** Whether what `on` says makes the work's failure with `error` be retried. */
async function isRetried(surface: Surface, on: unknown, error: unknown): Promise<boolean> {
  const work = failing(error);
  const outcome = await settle(surface, { on: on as typeof Error, ...noWait }, work).catch((thrown: unknown) => {
    expect(thrown).toBe(error);
    return 'thrown';
  });
  expect(work).toHaveBeenCalledTimes(outcome === 'done' ? 2 : 1);
  return outcome === 'done';
}

/** What hooks say is waited after an error that `on` answered with `answer`. */
async function waitAfter(surface: Surface, answer: unknown, options: object = {}): Promise<number | undefined> {
  const onRetry = vi.fn();
  await settle(surface, { on: () => answer as number, onRetry, ...options }, failing(new Transient()));
  return told(onRetry)[0]?.waitFor;
}

async function answerIsRefused(surface: Surface, answer: unknown, shown: string): Promise<void> {
  const error = new Transient();
  const work = hopeless(error);
  const thrown = await rejection(settle(surface, { on: () => answer as boolean }, work));
  expect(thrown).toBeInstanceOf(TypeError);
  expect(thrown).toMatchObject({
    message: `\`on\` must answer true, false, a finite wait (ms or a Duration) or { atLeast: wait }, got ${shown}; is a \`return\` missing?`,
    cause: error,
  });
  expect(work).toHaveBeenCalledTimes(1);
}

export const matching: Behaviours = {
  'an error that `on` does not name passes through at once': async (surface) => {
    expect(await isRetried(surface, Transient, new Fatal())).toBe(false);
    expect(await isRetried(surface, () => false, new Fatal())).toBe(false);
  },

  'a class matches its own errors and those of its subclasses, not those of its parent': async (surface) => {
    expect(await isRetried(surface, Transient, new Transient())).toBe(true);
    expect(await isRetried(surface, Transient, new Reset())).toBe(true);
    expect(await isRetried(surface, Reset, new Transient())).toBe(false);
  },

  'an error that is not matched ends what matched ones began': async (surface) => {
    const fatal = new Fatal();
    const work = failing(new Transient(), new Transient(), fatal);
    expect(await rejection(settle(surface, { on: Transient, ...noWait }, work))).toBe(fatal);
    expect(work).toHaveBeenCalledTimes(3);
  },

  'an array matches what any of its classes matches': async (surface) => {
    expect(await isRetried(surface, [Transient, RangeError], new Reset())).toBe(true);
    expect(await isRetried(surface, [Transient, RangeError], new RangeError())).toBe(true);
    expect(await isRetried(surface, [Transient, RangeError], new TypeError())).toBe(false);
  },

  'in an array the first answer that is not false counts, and nobody is asked after it': async (surface) => {
    const asked: string[] = [];
    const answering = (name: string, answer: boolean | number) => () => {
      asked.push(name);
      return answer;
    };
    const onRetry = vi.fn();
    const on = [Fatal, answering('first', false), answering('second', 7), answering('third', true), Transient] as const;
    await settle(surface, { on, onRetry }, failing(new Transient()));
    expect(asked).toEqual(['first', 'second']);
    expect(told(onRetry)[0]).toMatchObject({ waitFor: 7 });
    asked.length = 0;
    await settle(
      surface,
      { on: [Transient, answering('after a class', 7)], ...noWait, onRetry },
      failing(new Transient()),
    );
    expect(asked).toEqual([]);
    expect(told(onRetry)[1]).toMatchObject({ waitFor: 0 });
  },

  'in an array a wait of 0 counts as an answer': async (surface) => {
    const onRetry = vi.fn();
    await settle(surface, { on: [() => 0, () => 5], onRetry }, failing(new Transient()));
    expect(told(onRetry)[0]).toMatchObject({ waitFor: 0 });
  },

  'a hook judges each failure once, with what was thrown': async (surface) => {
    const errors = [new Transient(), 'a string', undefined];
    const on = vi.fn(() => 0);
    await settle(surface, { on }, failing(...errors));
    expect(on.mock.calls).toEqual(errors.map((error) => [error]));
  },

  'true retries after the usual backoff': async (surface) => {
    expect(await waitAfter(surface, true, { waitInitial: 3 })).toBe(3);
  },

  'a number is waited exactly, whatever the backoff would be': async (surface) => {
    vi.mocked(Math.random).mockReturnValue(0.9);
    expect(await waitAfter(surface, 6.5, { waitInitial: 1, waitMax: 2, waitJitter: 1 })).toBe(6.5);
    expect(await waitAfter(surface, 0)).toBe(0);
  },

  'a duration is waited exactly': async (surface) => {
    expect(await waitAfter(surface, { seconds: 0.004, milliseconds: 3 })).toBe(7);
    expect(await waitAfter(surface, { total: ({ unit }: { unit: string }) => unit.length })).toBe(12);
  },

  'a floor raises the lower bound of the usual backoff, whatever the longest wait is': async (surface) => {
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

  'a hook that returns nothing is refused, with the judged error as cause': (surface) =>
    answerIsRefused(surface, undefined, 'undefined'),
  'an answer of NaN is refused': (surface) => answerIsRefused(surface, Number.NaN, 'NaN'),
  'an answer of Infinity is refused': (surface) => answerIsRefused(surface, Number.POSITIVE_INFINITY, 'Infinity'),
  'an answer of -Infinity is refused': (surface) => answerIsRefused(surface, Number.NEGATIVE_INFINITY, '-Infinity'),
  'an answer of null is refused': (surface) => answerIsRefused(surface, null, 'null'),
  'a floor of Infinity is refused': (surface) => answerIsRefused(surface, { atLeast: Infinity }, '{"atLeast":null}'),
  'a floor that is no wait is refused': (surface) =>
    answerIsRefused(surface, { atLeast: 'soon' }, '{"atLeast":"soon"}'),
  'an answer that is a string is refused': (surface) => answerIsRefused(surface, '100', '"100"'),
  'an answer that is no duration is refused': (surface) => answerIsRefused(surface, { minute: 1 }, '{"minute":1}'),

  'what a hook throws is thrown': async (surface) => {
    const bug = new Error('a bug in the hook');
    const work = hopeless();
    const onGiveUp = vi.fn();
    const on = () => {
      throw bug;
    };
    expect(await rejection(settle(surface, { on, onGiveUp }, work))).toBe(bug);
    expect(work).toHaveBeenCalledTimes(1);
    expect(onGiveUp).not.toHaveBeenCalled();
  },

  'what a hook in an array throws is thrown': async (surface) => {
    const bug = new Error('a bug in the hook');
    const on = () => {
      throw bug;
    };
    expect(await rejection(settle(surface, { on: [Fatal, on, Transient] }, failing(new Transient())))).toBe(bug);
  },

  'an AbortError is matched by no class, but by a hook': async (surface) => {
    const byName = Object.assign(new Transient(), { name: 'AbortError' });
    for (const error of [new DOMException('cancelled', 'AbortError'), byName]) {
      expect(await isRetried(surface, [Error, DOMException, Transient], error)).toBe(false);
      expect(await isRetried(surface, [Error, () => true], error)).toBe(true);
    }
    expect(await isRetried(surface, DOMException, new DOMException('late', 'TimeoutError'))).toBe(true);
  },

  'a built-in class matches its twin of another realm': async (surface) => {
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
