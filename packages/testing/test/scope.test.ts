import { createRequire } from 'node:module';
import { isActive, isTesting, retry, setActive, setTesting } from '@stamina/core';
import { recordRetries, withoutRetries, withTesting } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { attempts } from './attempts.ts';

const commonJs: typeof import('@stamina/testing') = createRequire(import.meta.url)('@stamina/testing');

const HOUR_MS = 3_600_000;

test('a call has one attempt with testing, and as many as are asked for', async () => {
  expect(await withTesting({}, attempts)).toBe(1);
  expect(await withTesting({ attempts: 3 }, attempts)).toBe(3);
  expect(await withTesting({ attempts: 9, cap: true }, attempts)).toBe(5);
  expect(await withTesting({ attempts: 2, cap: true }, attempts)).toBe(2);
  expect(await attempts()).toBe(5);
});

test('nothing waits with testing', async () => {
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

test('a call runs once without retries, and nobody is told', async () => {
  using recorder = recordRetries();
  await withoutRetries(async () => {
    expect(isActive()).toBe(false);
    expect(await attempts()).toBe(1);
  });
  expect(isActive()).toBe(true);
  expect([recorder.retries, recorder.giveUps]).toEqual([[], []]);
});

test('test mode is off for a callback that says so', async () => {
  using _ = setTesting(true);
  await withTesting(false, async () => {
    expect(isTesting()).toBe(false);
    expect(await attempts()).toBe(5);
  });
  expect(await attempts()).toBe(1);
});

test('what the callback returns is returned', async () => {
  expect(withTesting({}, () => 5)).toBe(5);
  expect(withoutRetries(() => undefined)).toBe(undefined);
  const promise = Promise.resolve(6);
  expect(withTesting({}, () => promise)).toBe(promise);
});

describe.each([
  ['withTesting', (fn: () => unknown) => withTesting({ attempts: 2 }, fn)],
  ['withoutRetries', (fn: () => unknown) => withoutRetries(fn)],
])('%s restores what was', (_, within) => {
  const expectNothingChanged = async () => {
    expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 5]);
  };

  test('at once, where the callback has yet to settle', async () => {
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

  test('where the callback throws', async () => {
    const error = new Error('thrown');
    expect(() =>
      within(() => {
        throw error;
      }),
    ).toThrow(error);
    await expectNothingChanged();
  });

  test('where the callback rejects', async () => {
    await expect(within(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    await expectNothingChanged();
  });

  test('where the callback sets something itself', async () => {
    await within(async () => {
      setActive(true);
      setTesting(true, { attempts: 4 });
      expect(await attempts()).toBe(4);
    });
    await expectNothingChanged();
  });
});

test('callbacks at the same time do not meet', async () => {
  let waiting = 4;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const meet = () => {
    if (--waiting === 0) open();
    return gate;
  };
  const meetThenCount = () => meet().then(attempts);
  const counts = await Promise.all([
    withTesting({ attempts: 2 }, meetThenCount),
    withoutRetries(meetThenCount),
    withTesting({ attempts: 7 }, () => withTesting({ attempts: 6 }, meetThenCount)),
    meetThenCount(),
  ]);
  expect(counts).toEqual([2, 1, 6, 5]);
});

test('a nested callback has what it asks for, and the outer one has its own again', async () => {
  await withoutRetries(async () => {
    expect(await withTesting({ attempts: 3 }, attempts)).toBe(1);
    setActive(true);
    expect(await withTesting({ attempts: 3 }, attempts)).toBe(3);
    expect(await attempts()).toBe(5);
  });
});

test('what the callback began keeps its setting when it goes on later', async () => {
  let later = Promise.resolve(0);
  let go = (): void => {};
  withTesting({ attempts: 3 }, () => {
    later = new Promise<void>((resolve) => {
      go = resolve;
    }).then(attempts);
  });
  go();
  expect(await later).toBe(3);
});

test('the ES module and the CommonJS module know of each other', async () => {
  await withTesting({ attempts: 2 }, async () => {
    expect(await commonJs.withTesting({ attempts: 3 }, attempts)).toBe(3);
    expect(await attempts()).toBe(2);
    using recorder = commonJs.recordRetries();
    await attempts();
    expect(recorder.retries.length).toBe(1);
  });
});

test('a callback is needed, and options that are allowed', () => {
  const { withTesting, withoutRetries } = commonJs as unknown as Record<string, (...args: unknown[]) => unknown>;
  expect(() => withTesting?.(async () => {})).toThrow(
    new TypeError('`fn` must be a function, got undefined; write withTesting({ attempts: 3 }, () => load())'),
  );
  expect(() => withoutRetries?.(5)).toThrow(
    new TypeError('`fn` must be a function, got 5; write withoutRetries(() => load())'),
  );
  expect(() => withTesting?.({ attempts: 0 }, () => {})).toThrow(RangeError);
  expect(() => withTesting?.({ attempt: 1 }, () => {})).toThrow('did you mean `attempts`');
  expect(() => withTesting?.(true, () => {})).toThrow(TypeError);
  expect([isActive(), isTesting()]).toEqual([true, false]);
});
