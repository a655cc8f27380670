import { retry } from '@stamina/core';
import { expect, test, vi } from 'vitest';
import { detailsOf, failing, hopeless } from './support/work.ts';

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
