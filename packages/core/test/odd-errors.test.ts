import { type GiveUpDetails, type RetryDetails, type RetryOptions, retry, retryContext } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { describe, expect, test, vi } from 'vitest';

interface Watch {
  onRetry(details: RetryDetails): void;
  onGiveUp(details: GiveUpDetails): void;
}
interface Options extends Partial<Watch> {
  on: RetryOptions['on'];
  attempts: number;
  waitMax: number;
}

/** What became of work that always throws `thrown`. */
type Surface = (options: Options, thrown: unknown) => Promise<{ error: unknown }>;

async function caught(work: () => unknown): Promise<{ error: unknown }> {
  try {
    await work();
  } catch (error) {
    return { error };
  }
  throw new Error('nothing was thrown');
}

const surfaces: Record<string, Surface> = {
  'a wrapped function': (options, thrown) => caught(retry(options)(async () => Promise.reject(thrown))),
  'a wrapped function that throws at once': (options, thrown) =>
    caught(
      retry(options)((): void => {
        throw thrown;
      }),
    ),
  run: (options, thrown) => caught(() => retry(options).run(async () => Promise.reject(thrown))),
  'run of a function that throws at once': (options, thrown) =>
    caught(() =>
      retry(options).run(() => {
        throw thrown;
      }),
    ),
  'a loop': (options, thrown) =>
    caught(async () => {
      for await (const attempt of retryContext(options)) attempt.fail(thrown);
    }),
  'retrySync.run': (options, thrown) =>
    caught(() =>
      retrySync(options).run(() => {
        throw thrown;
      }),
    ),
  'a sync loop': (options, thrown) =>
    caught(() => {
      for (const attempt of retryContextSync(options)) attempt.fail(thrown);
    }),
};

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

describe.each(Object.entries(surfaces))('%s', (_, surface) => {
  test.each(oddities)('retries thrown %s where the hook says so, and throws it as it is', async (_name, thrown) => {
    const judged: unknown[] = [];
    const retries: RetryDetails[] = [];
    const giveUps: GiveUpDetails[] = [];
    const result = await surface(
      {
        on: (error: unknown) => judged.push(error) > 0,
        attempts: 3,
        waitMax: 0,
        onRetry: (details) => void retries.push(details),
        onGiveUp: (details) => void giveUps.push(details),
      },
      thrown,
    );
    expect(Object.is(result.error, thrown)).toBe(true);
    expect(judged.length).toBe(3);
    expect(judged.every((error) => Object.is(error, thrown))).toBe(true);
    expect(retries.map(({ causedBy }) => Object.is(causedBy, thrown))).toEqual([true, true]);
    expect(giveUps.map(({ reason, causedBy }) => [reason, Object.is(causedBy, thrown)])).toEqual([['attempts', true]]);
    expect(giveUps[0]?.errors.map((error) => Object.is(error, thrown))).toEqual([true, true, true]);
  });

  test.each(oddities.filter(([, thrown]) => thrown !== frozen))(
    'lets thrown %s through where a class is named',
    async (_name, thrown) => {
      const onRetry = vi.fn();
      const result = await surface({ on: Error, attempts: 3, waitMax: 0, onRetry }, thrown);
      expect(Object.is(result.error, thrown)).toBe(true);
      expect(onRetry).not.toHaveBeenCalled();
    },
  );

  test('leaves the error untouched', async () => {
    const error = new Error('plain');
    const before = { stack: error.stack, keys: Reflect.ownKeys(error) };
    await surface({ on: Error, attempts: 3, waitMax: 0, onRetry: () => {} }, error);
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
  test.each(answers)('refuses an `on` that answers %s, naming the error it was asked about', async (_name, answer) => {
    const judged = new Error('judged');
    const onRetry = vi.fn();
    const onGiveUp = vi.fn();
    const { error } = await surface(
      { on: () => answer as boolean, attempts: 3, waitMax: 0, onRetry, onGiveUp },
      judged,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).cause).toBe(judged);
    expect((error as TypeError).message).toContain('`on`');
    expect(onRetry).not.toHaveBeenCalled();
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  test.each(oddities)('throws what an `on` throws, be it %s', async (_name, thrown) => {
    const on = vi.fn(() => {
      throw thrown;
    });
    const { error } = await surface({ on, attempts: 3, waitMax: 0 }, new Error('judged'));
    expect(Object.is(error, thrown)).toBe(true);
    expect(on).toHaveBeenCalledTimes(1);
  });
});

test.each([
  ['nothing', async () => {}],
  ['a string', async () => 'yes'],
] as [string, () => Promise<never>][])('an `on` whose promise answers %s is refused', async (_name, on) => {
  const judged = new Error('judged');
  const { error } = await caught(() => retry({ on }).run(async () => Promise.reject(judged)));
  expect(error).toBeInstanceOf(TypeError);
  expect((error as TypeError).cause).toBe(judged);
});

test('an `on` whose promise rejects rejects with the same', async () => {
  const { error } = await caught(() =>
    retry({ on: async () => Promise.reject('hook') }).run(async () => Promise.reject(new Error('judged'))),
  );
  expect(error).toBe('hook');
});

test('what throws at once becomes a rejection, never a throw', () => {
  const fail = (): never => {
    throw new Error('at once');
  };
  const results = [
    retry({ on: TypeError })(fail)(),
    retry({ on: TypeError }).run(fail),
    retry({ on: TypeError }).run(fail, { signal: AbortSignal.abort('before') }),
  ];
  for (const result of results) {
    expect(result).toBeInstanceOf(Promise);
    result.catch(() => {});
  }
});

test('an error of an earlier attempt is not mixed up with the last', async () => {
  const errors = ['first', undefined, new Error('third')];
  const giveUps: GiveUpDetails[] = [];
  const run = retry({ on: () => true, waitMax: 0, attempts: 3, onGiveUp: (details) => void giveUps.push(details) });
  const { error } = await caught(() => run.run(async ({ num }) => Promise.reject(errors[num - 1])));
  expect(error).toBe(errors[2]);
  expect(giveUps[0]?.errors).toEqual(errors);
});
