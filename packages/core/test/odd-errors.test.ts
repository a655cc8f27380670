import { type GiveUpDetails, type RetryDetails, type RetryOptions, retry } from '@stamina/core';
import { describe, expect, test, vi } from 'vitest';
import { SURFACES, type Surface, type Work } from './support/surfaces.ts';
import { hopeless, rejection } from './support/work.ts';

/** Returns the reason that a call of `work` rejects with. Nothing here waits. */
const fail = (surface: Surface, options: RetryOptions, work: Work): Promise<unknown> =>
  rejection(surface.prepare({ attempts: 3, waitMax: 0, ...options }, work)());

const frozen = Object.freeze(new Error('frozen'));
const oddities: [string, unknown][] = [
  ['a string', 'not an error'],
  ['an empty string', ''],
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['NaN', Number.NaN],
  ['a symbol', Symbol('odd')],
  ['a frozen error', frozen],
  ['an object without a prototype', Object.create(null)],
  ['a function', () => {}],
  ['a class', class Odd {}],
];

describe.each(SURFACES)('$title', (surface) => {
  test.each(oddities)('retries %s for a predicate, and throws it unchanged', async (_name, thrown) => {
    const classified: unknown[] = [];
    const retries: RetryDetails[] = [];
    const giveUps: GiveUpDetails[] = [];
    const options: RetryOptions = {
      on: (error: unknown) => classified.push(error) > 0,
      onRetry: (details) => void retries.push(details),
      onGiveUp: (details) => void giveUps.push(details),
    };
    expect(Object.is(await fail(surface, options, hopeless(thrown)), thrown)).toBe(true);
    expect(classified.length).toBe(3);
    expect(classified.every((error) => Object.is(error, thrown))).toBe(true);
    expect(retries.map(({ causedBy }) => Object.is(causedBy, thrown))).toEqual([true, true]);
    expect(giveUps.map(({ reason, causedBy }) => [reason, Object.is(causedBy, thrown)])).toEqual([['attempts', true]]);
    expect(giveUps[0]?.errors.map((error) => Object.is(error, thrown))).toEqual([true, true, true]);
  });

  test.each(oddities.filter(([, thrown]) => thrown !== frozen))(
    'does not retry %s for a class',
    async (_name, thrown) => {
      const onRetry = vi.fn();
      expect(Object.is(await fail(surface, { on: Error, onRetry }, hopeless(thrown)), thrown)).toBe(true);
      expect(onRetry).not.toHaveBeenCalled();
    },
  );

  test('leaves the error untouched', async () => {
    const error = new Error('plain');
    const before = { stack: error.stack, keys: Reflect.ownKeys(error) };
    expect(await fail(surface, { on: Error, onRetry: () => {} }, hopeless(error))).toBe(error);
    expect({ stack: error.stack, keys: Reflect.ownKeys(error) }).toEqual(before);
  });

  const answers: [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a string', 'yes'],
    ['an empty object', {}],
  ];
  test.each(answers)('refuses an `on` that returns %s', async (_name, answer) => {
    const classified = new Error('classified');
    const onRetry = vi.fn();
    const onGiveUp = vi.fn();
    const error = await fail(surface, { on: () => answer as boolean, onRetry, onGiveUp }, hopeless(classified));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).cause).toBe(classified);
    expect((error as TypeError).message).toContain('`on(error)`');
    expect(onRetry).not.toHaveBeenCalled();
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  test.each(oddities)('throws %s if `on` throws it', async (_name, thrown) => {
    const on = vi.fn(() => {
      throw thrown;
    });
    expect(Object.is(await fail(surface, { on }, hopeless(new Error('classified'))), thrown)).toBe(true);
    expect(on).toHaveBeenCalledTimes(1);
  });

  test('does not mix up the errors of several attempts', async () => {
    const errors = ['first', undefined, new Error('third')];
    const giveUps: GiveUpDetails[] = [];
    let attempts = 0;
    const work = (): never => {
      throw errors[attempts++];
    };
    const options: RetryOptions = { on: () => true, onGiveUp: (details) => void giveUps.push(details) };
    expect(await fail(surface, options, work)).toBe(errors[2]);
    expect(giveUps[0]?.errors).toEqual(errors);
  });
});

describe.each(SURFACES.filter(({ sync }) => !sync))('$title', (surface) => {
  test.each([
    ['nothing', async () => {}],
    ['a string', async () => 'yes'],
  ] as [string, () => Promise<never>][])('refuses an `on` whose promise resolves with %s', async (_name, on) => {
    const classified = new Error('classified');
    const error = await fail(surface, { on }, hopeless(classified));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).cause).toBe(classified);
  });

  test('rejects as the promise of `on` does', async () => {
    const on = async (): Promise<never> => Promise.reject('predicate');
    expect(await fail(surface, { on }, hopeless(new Error('classified')))).toBe('predicate');
  });
});

test('a function that throws at once becomes a rejection', () => {
  const throwing = (): never => {
    throw new Error('at once');
  };
  const results = [
    retry({ on: TypeError })(throwing)(),
    retry({ on: TypeError }).run(throwing),
    retry({ on: TypeError }).run(throwing, { signal: AbortSignal.abort('before') }),
  ];
  for (const result of results) {
    expect(result).toBeInstanceOf(Promise);
    result.catch(() => {});
  }
});
