import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { describe, expect, test, vi } from 'vitest';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

const noWait = { on: () => 0 };

/** Returns the name of a call, as hooks see it. */
async function nameOf(call: (onRetry: () => void) => Promise<unknown>): Promise<string | undefined> {
  const onRetry = vi.fn();
  await call(onRetry);
  return detailsOf(onRetry)[0]?.name;
}

test('run needs no `this`', async () => {
  const { run } = retry(noWait);
  expect(await run(failing(1))).toBe('done');
});

test('run calls the function with the attempt only', async () => {
  const calls: unknown[][] = [];
  await retry(noWait).run(function (this: unknown, ...args: unknown[]) {
    calls.push([this, args.length, (args[0] as { num: number }).num]);
    if (calls.length < 2) throw new Error('once');
  });
  expect(calls).toEqual([
    [undefined, 1, 1],
    [undefined, 1, 2],
  ]);
});

test('run returns a promise of the result', async () => {
  // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
  const thenable = { then: (resolve: (value: string) => void) => resolve('from a thenable') };
  for (const [fn, result] of [
    [() => 5, 5],
    [async () => 5, 5],
    [() => thenable, 'from a thenable'],
  ] as const) {
    const promise = retry(noWait).run<unknown>(fn);
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(result);
  }
});

test('the call, the policy or the function names a run', async () => {
  const runAndName = (options: object, own: { name?: string } | undefined, name: string) =>
    nameOf((onRetry) =>
      retry({ ...noWait, ...options, onRetry }).run(Object.defineProperty(failing(1), 'name', { value: name }), own),
    );
  expect(await runAndName({ name: 'policy' }, { name: 'call' }, 'fn')).toBe('call');
  expect(await runAndName({ name: 'policy' }, {}, 'fn')).toBe('policy');
  expect(await runAndName({}, undefined, 'fn')).toBe('fn');
  expect(await runAndName({}, undefined, '')).toBe('anonymous');
  expect(await runAndName({ name: 'policy' }, { name: '' }, 'fn')).toBe('');
});

test('one policy runs and wraps concurrently', async () => {
  const policy = retry({ ...noWait, attempts: 2 });
  const wrapped = policy(failing(1) as () => Promise<unknown>);
  const other = policy(hopeless('other') as () => Promise<unknown>);
  const results = await Promise.allSettled([policy.run(failing(1)), wrapped(), other(), policy.run(hopeless('run'))]);
  expect(results).toEqual([
    { status: 'fulfilled', value: 'done' },
    { status: 'fulfilled', value: 'done' },
    { status: 'rejected', reason: 'other' },
    { status: 'rejected', reason: 'run' },
  ]);
});

describe('the options of run', () => {
  const type = (message: string): TypeError => new TypeError(message);

  describe.each([
    ['run', retry({ on: Error }).run, ['signal', 'name', 'deadline'], 'write run(fn, { signal })'],
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
      type(`\`signal\` must be an AbortSignal, got ${shown}`),
    );
  });

  test('synchronous run refuses a signal', () => {
    const { run } = retrySync({ on: Error });
    const { signal } = new AbortController();
    expect(() => run(() => {}, { signal } as object)).toThrow(
      type('`signal` belongs to the policy: write retry({ signal })'),
    );
  });
});
