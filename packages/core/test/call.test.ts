import { type RetryCall, type RetryOptions, type RunOptions, retry, retryBudget, setActive } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failing, hopeless, rejection, told } from './work.ts';

const atOnce = { on: Error, waitInitial: 0, waitJitter: 0 };
const error = new Error('the first attempt');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What hooks are told of the first retry of a call. */
async function retryOf(options: Partial<RetryOptions>, fail: (call: RetryCall) => Promise<unknown>, own?: RunOptions) {
  const onRetry = vi.fn();
  await fail(retry({ ...atOnce, ...options, onRetry }).begin(own));
  return told(onRetry)[0];
}

describe('a call begun by hand', () => {
  test('calls nothing and tells nobody as long as it does not fail', () => {
    const on = vi.fn(() => true);
    const hook = vi.fn();
    retry({ on, onRetry: hook, onGiveUp: hook, onRecover: hook }).begin();
    vi.runAllTimers();
    expect([on, hook].map(({ mock }) => mock.calls)).toEqual([[], []]);
  });

  test('goes on from a failure with the second attempt, and returns a promise of what that returns', async () => {
    const again = vi.fn(({ num }) => `attempt ${num}`);
    const result = retry(atOnce).begin().fail(error, again);
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe('attempt 2');
    expect(again).toHaveBeenCalledTimes(1);
  });

  test('counts the first attempt, and ends with the error of the last', async () => {
    const last = new Error('the last attempt');
    const again = hopeless(last);
    const onGiveUp = vi.fn();
    const call = retry({ ...atOnce, attempts: 3, onGiveUp }).begin();
    expect(await rejection(call.fail(error, again))).toBe(last);
    expect(again).toHaveBeenCalledTimes(2);
    expect(told(onGiveUp)).toMatchObject([{ reason: 'attempts', errors: [error, last, last] }]);
  });

  test('passes on what its policy does not name, without another attempt', async () => {
    const again = vi.fn();
    expect(
      await rejection(
        retry({ ...atOnce, on: RangeError })
          .begin()
          .fail(error, again),
      ),
    ).toBe(error);
    expect(again).not.toHaveBeenCalled();
  });

  test('counts the time from its beginning', async () => {
    const policy = retry({ ...atOnce, timeout: 1_000 });
    const [early, late] = [policy.begin(), policy.begin()];
    vi.advanceTimersByTime(1_000);
    expect(await early.fail(error, () => 'in time')).toBe('in time');
    vi.advanceTimersByTime(1);
    expect(await rejection(late.fail(error, () => 'too late'))).toBe(error);
  });

  test('pays into the budget once, as it begins', async () => {
    const budget = retryBudget({ ratio: 0.5, minPerSecond: 0 });
    const policy = retry({ ...atOnce, budget });
    const call = policy.begin();
    expect(budget.balance).toBe(0.5);
    policy.begin();
    expect(budget.balance).toBe(1);
    await call.fail(error, () => 'done');
    expect(budget.balance).toBe(0);
  });

  test('throws the reason of a signal that was aborted before', () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    for (const begin of [() => retry({ ...atOnce, signal }).begin(), () => retry(atOnce).begin({ signal })]) {
      expect(begin).toThrow(reason);
    }
  });

  test('is the reason of an abort that came while its first attempt ran', async () => {
    const aborter = new AbortController();
    const call = retry(atOnce).begin({ signal: aborter.signal });
    const reason = new Error('enough');
    aborter.abort(reason);
    expect(await rejection(call.fail(error, () => 'done'))).toBe(reason);
  });

  test('takes options of its own as it begins, and more as it fails', async () => {
    const done = () => 'done';
    const named = (call: RetryCall) => call.fail(error, done, { name: 'failed' });
    expect(await retryOf({ name: 'policy' }, (call) => call.fail(error, done))).toMatchObject({ name: 'policy' });
    expect(await retryOf({}, (call) => call.fail(error, done))).toMatchObject({ name: 'done' });
    expect(await retryOf({}, (call) => call.fail(error, done), { name: 'begun' })).toMatchObject({ name: 'begun' });
    expect(await retryOf({}, named, { name: 'begun' })).toMatchObject({ name: 'failed' });
    const judge = vi.fn(() => 5); // Instead of the policy's `on`, which would not retry.
    const judged = retryOf({ on: RangeError }, (call) => call.fail(error, done, { on: judge }));
    await vi.runAllTimersAsync();
    expect(await judged).toMatchObject({ waitFor: 5, causedBy: error, retryNum: 1, args: [] });
    expect(judge.mock.calls).toEqual([[error]]);
  });

  test('takes a budget and a signal as it fails, which hold from then on', async () => {
    const budget = retryBudget({ ratio: 1, minPerSecond: 0 });
    const call = retry(atOnce).begin();
    expect(await rejection(call.fail(error, () => 'done', { budget }))).toBe(error);
    const reason = new Error('enough');
    const late = retry(atOnce).begin();
    expect(await rejection(late.fail(error, () => 'done', { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test('is as active as when it began', async () => {
    const policy = retry(atOnce);
    const before = policy.begin();
    const on = vi.fn(() => true);
    const again = failing();
    const inactive = setActive(false);
    const meanwhile = policy.begin();
    const retried = before.fail(error, again);
    inactive.dispose();
    expect(await retried).toBe('done');
    expect(await rejection(meanwhile.fail(error, again, { on }))).toBe(error);
    expect(again).toHaveBeenCalledTimes(1);
    expect(on).not.toHaveBeenCalled();
  });

  test('fails once: a second time would retry it twice', async () => {
    const call = retry(atOnce).begin();
    const again = failing();
    await call.fail(error, again);
    expect(() => call.fail(error, again)).toThrow(
      new TypeError('this call has failed already; call fail once per call'),
    );
    expect(again).toHaveBeenCalledTimes(1);
  });

  test('refuses at once what is not allowed, and may be told better', async () => {
    const policy = retry(atOnce);
    const call = policy.begin();
    const given =
      (...all: unknown[]) =>
      () =>
        (call.fail as (...all: unknown[]) => unknown)(...all);
    const begun = (own: unknown) => () => policy.begin(own as RunOptions);
    expect(given(error)).toThrow(
      new TypeError('`again` must be a function, got undefined; write fail(error, () => load(id))'),
    );
    expect(given(error, () => {}, null)).toThrow(
      new TypeError('`options of fail` must be an object, got null; write fail(error, again, { name })'),
    );
    expect(given(error, () => {}, { nam: 'load' })).toThrow(
      /^`nam` is not known in options of fail; did you mean `name`/,
    );
    expect(begun(AbortSignal.abort())).toThrow(
      new TypeError('`options of begin` must be an object, got AbortSignal; write begin({ signal })'),
    );
    expect(begun([])).toThrow(
      new TypeError('`options of begin` must be an object, got an array of 0; write begin({ signal })'),
    );
    expect(begun({ on: 5 })).toThrow(TypeError);
    expect(await call.fail(error, () => 'done')).toBe('done');
  });
});
