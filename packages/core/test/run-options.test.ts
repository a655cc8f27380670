import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { describe, expect, test, vi } from 'vitest';
import { rejection } from './support/work.ts';

const type = (message: string): TypeError => new TypeError(message);

describe.each([
  ['run', retry({ on: Error }).run, ['signal', 'name'], 'write run(fn, { signal })'],
  ['run, synchronous', retrySync({ on: Error }).run, ['name'], 'write run(fn, { name })'],
] as const)('%s', (_, run, allowed, instead) => {
  const give =
    (...given: unknown[]) =>
    async (): Promise<unknown> =>
      (run as (...all: unknown[]) => unknown)(...given);
  const expectRefused = async (given: unknown[], error: Error): Promise<void> =>
    expect(await rejection(give(...given)())).toStrictEqual(error);

  test.each([
    [undefined, 'undefined'],
    [{}, 'an object'],
    ['load', '"load"'],
    [Error, 'class Error'],
    [Promise.resolve(), 'an instance of Promise'],
  ])('refuses %o instead of a function', async (fn, shown) => {
    await expectRefused([fn], type(`\`fn\` must be a function, got ${shown}; write run(() => load(id))`));
  });

  class Polyfill {
    get aborted(): boolean {
      return false;
    }
  }
  test.each([
    [null, 'null'],
    ['load', '"load"'],
    [[], 'an array of 0'],
    [new AbortController().signal, 'an instance of AbortSignal'],
    [new Polyfill(), 'an instance of Polyfill'],
  ])('refuses %o instead of options', async (options, shown) => {
    const fn = vi.fn();
    await expectRefused([fn, options], type(`\`options of run\` must be an object, got ${shown}; ${instead}`));
    expect(fn).not.toHaveBeenCalled();
  });

  test('refuses an invalid option', async () => {
    const fn = vi.fn();
    await expectRefused([fn, { name: 5 }], type('`name` must be a string, got 5'));
    await expectRefused([fn, { name: null }], type('`name` must be a string, got null'));
    expect(fn).not.toHaveBeenCalled();
  });

  test('refuses an unknown option', async () => {
    await expectRefused(
      [() => {}, { nam: 'load' }],
      type(`\`nam\` is not known in options of run; did you mean \`name\`? Allowed are ${allowed.join(', ')}`),
    );
  });

  test.each(['on', 'attempts', 'timeout', 'budget', 'attemptTimeout', 'onRetry'])(
    'says where `%s` belongs',
    async (option) => {
      const fn = vi.fn();
      await expectRefused(
        [fn, { [option]: undefined }],
        type(`\`${option}\` belongs to the policy: write retry({ ${option} })`),
      );
      expect(fn).not.toHaveBeenCalled();
    },
  );

  test('accepts `undefined`', async () => {
    expect(await give(() => 'done', undefined)()).toBe('done');
    expect(await give(() => 'done', { name: undefined })()).toBe('done');
    expect(await give(() => 'done', {})()).toBe('done');
  });
});

test.each([
  [{}, 'an object'],
  [null, 'null'],
  [new AbortController(), 'an instance of AbortController'],
])('run refuses the signal %o', (signal, shown) => {
  const { run } = retry({ on: Error });
  expect(() => run(() => {}, { signal: signal as AbortSignal })).toThrow(
    type(`\`signal\` must be an AbortSignal, got ${shown}; such as \`controller.signal\``),
  );
});

test('synchronous run refuses a signal', () => {
  const { run } = retrySync({ on: Error });
  const { signal } = new AbortController();
  expect(() => run(() => {}, { signal } as object)).toThrow(
    type('`signal` belongs to the policy: write retry({ signal })'),
  );
});
