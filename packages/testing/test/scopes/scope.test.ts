import { createRequire } from 'node:module';
import { isActive, isTesting, retry, setActive, setTesting } from '@stamina/core';
import { recordRetries, withoutRetries, withTesting } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { countAttempts } from '../support/calls.ts';

const commonJs: typeof import('@stamina/testing') = createRequire(import.meta.url)('@stamina/testing');

const HOUR_MS = 3_600_000;

test('a call makes as many attempts as `withTesting` says', async () => {
  expect(await withTesting({}, countAttempts)).toBe(1);
  expect(await withTesting({ attempts: 3 }, countAttempts)).toBe(3);
  expect(await withTesting({ attempts: 9, cap: true }, countAttempts)).toBe(5);
  expect(await withTesting({ attempts: 2, cap: true }, countAttempts)).toBe(2);
  expect(await countAttempts()).toBe(5);
});

test('no retry waits in `withTesting`', async () => {
  let failures = 0;
  const slow = retry({
    on: Error,
    attempts: 3,
    waitInitial: HOUR_MS,
    waitMax: HOUR_MS,
    timeout: Number.POSITIVE_INFINITY,
  });
  const work = () => slow.run(() => Promise.reject(new Error(`failure ${++failures}`)));
  await expect(withTesting({ attempts: 3 }, work)).rejects.toThrow('failure 3');
});

test('a call runs once in `withoutRetries`', async () => {
  using recorder = recordRetries();
  await withoutRetries(async () => {
    expect(isActive()).toBe(false);
    expect(await countAttempts()).toBe(1);
  });
  expect(isActive()).toBe(true);
  expect([recorder.retries, recorder.giveUps]).toEqual([[], []]);
});

test('`withTesting(false, …)` switches test mode off', async () => {
  using _ = setTesting(true);
  await withTesting(false, async () => {
    expect(isTesting()).toBe(false);
    expect(await countAttempts()).toBe(5);
  });
  expect(await countAttempts()).toBe(1);
});

test('the result of the callback is returned', async () => {
  expect(withTesting({}, () => 5)).toBe(5);
  expect(withoutRetries(() => undefined)).toBe(undefined);
  const promise = Promise.resolve(6);
  expect(withTesting({}, () => promise)).toBe(promise);
});

describe.each([
  ['withTesting', (fn: () => unknown) => withTesting({ attempts: 2 }, fn)],
  ['withoutRetries', (fn: () => unknown) => withoutRetries(fn)],
])('%s restores the settings', (_, within) => {
  const expectNothingChanged = async () => {
    expect([isActive(), isTesting(), await countAttempts()]).toEqual([true, false, 5]);
  };

  test('at once, while the callback is still running', async () => {
    let settle = (): void => {};
    const pending = within(
      () =>
        new Promise<void>((resolve) => {
          settle = resolve;
        }),
    );
    await expectNothingChanged();
    settle();
    await pending;
    await expectNothingChanged();
  });

  test('if the callback throws', async () => {
    const error = new Error('thrown');
    expect(() =>
      within(() => {
        throw error;
      }),
    ).toThrow(error);
    await expectNothingChanged();
  });

  test('if the callback rejects', async () => {
    await expect(within(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    await expectNothingChanged();
  });

  test('if the callback changes them', async () => {
    await within(async () => {
      setActive(true);
      setTesting(true, { attempts: 4 });
      expect(await countAttempts()).toBe(4);
    });
    await expectNothingChanged();
  });
});

test('concurrent callbacks do not affect each other', async () => {
  let waiting = 4;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const meet = () => {
    if (--waiting === 0) open();
    return gate;
  };
  const meetThenCount = () => meet().then(countAttempts);
  const counts = await Promise.all([
    withTesting({ attempts: 2 }, meetThenCount),
    withoutRetries(meetThenCount),
    withTesting({ attempts: 7 }, () => withTesting({ attempts: 6 }, meetThenCount)),
    meetThenCount(),
  ]);
  expect(counts).toEqual([2, 1, 6, 5]);
});

test('a nested callback has settings of its own', async () => {
  await withoutRetries(async () => {
    expect(await withTesting({ attempts: 3 }, countAttempts)).toBe(1);
    setActive(true);
    expect(await withTesting({ attempts: 3 }, countAttempts)).toBe(3);
    expect(await countAttempts()).toBe(5);
  });
});

test('work that the callback started keeps its settings', async () => {
  let later = Promise.resolve(0);
  let go = (): void => {};
  withTesting({ attempts: 3 }, () => {
    later = new Promise<void>((resolve) => {
      go = resolve;
    }).then(countAttempts);
  });
  go();
  expect(await later).toBe(3);
});

test('the ES module and the CommonJS module share scopes', async () => {
  await withTesting({ attempts: 2 }, async () => {
    expect(await commonJs.withTesting({ attempts: 3 }, countAttempts)).toBe(3);
    expect(await countAttempts()).toBe(2);
    using recorder = commonJs.recordRetries();
    await countAttempts();
    expect(recorder.retries.length).toBe(1);
  });
});

test('wrong callbacks and options are refused', () => {
  const { withTesting, withoutRetries } = commonJs as unknown as Record<string, (...args: unknown[]) => unknown>;
  expect(() => withTesting?.(async () => {})).toThrow(
    new TypeError('`fn` must be a function, got undefined; write withTesting({ attempts: 3 }, () => load())'),
  );
  expect(() => withoutRetries?.(5)).toThrow(
    new TypeError('`fn` must be a function, got 5; write withoutRetries(() => load())'),
  );
  expect(() => withTesting?.({ attempts: 0 }, () => {})).toThrow(RangeError);
  expect(() => withTesting?.({ attempt: 1 }, () => {})).toThrow(
    '`attempt` is not known in options of withTesting; did you mean `attempts`? Allowed are attempts, cap',
  );
  for (const options of [true, undefined, 3]) {
    expect(() => withTesting?.(options, () => {})).toThrow(
      new TypeError(
        `\`options of withTesting\` must be an object, got ${options}; write withTesting({ attempts: 3 }, fn), or withTesting(false, fn) to switch test mode off`,
      ),
    );
  }
  expect([isActive(), isTesting()]).toEqual([true, false]);
});
