import { type Attempt, retryBudget, setActive, setTesting } from '@stamina/core';
import { type LibraryOptions, libraryPolicy, type RetryableCall } from '@stamina/core/library';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callOf, error, retryOnce } from './support/retryable-call.ts';
import { finish } from './support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, untilAborted } from './support/work.ts';

const noWait: LibraryOptions = { waitInitial: 0, waitJitter: 0 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a policy', () => {
  test('exposes its limits in milliseconds', () => {
    const defaults = libraryPolicy();
    expect([defaults.attempts, defaults.timeout, defaults.attemptTimeout, defaults.deadline]).toEqual([
      10,
      45_000,
      Infinity,
      Infinity,
    ]);
    const own = libraryPolicy({ attempts: 3, timeout: { minutes: 1 }, attemptTimeout: { seconds: 2 }, deadline: 9 });
    expect([own.attempts, own.timeout, own.attemptTimeout, own.deadline]).toEqual([3, 60_000, 2_000, 9]);
  });

  test('checks its options like retry', () => {
    expect(() => libraryPolicy({ attempts: 0 })).toThrow(
      new RangeError('`attempts` must be an integer of at least 1, or Infinity, got 0'),
    );
    expect(() => libraryPolicy({ retries: 3 } as LibraryOptions)).toThrow(
      /^`retries` is not known in .*; did you mean `attempts`\?/,
    );
    expect(() => libraryPolicy({ ratio: 1 } as LibraryOptions)).toThrow('`ratio` belongs to the budget');
    expect(() => libraryPolicy({ attempts: Infinity, timeout: Infinity })).toThrow(RangeError);
  });

  test('has no option `on`', () => {
    expect(() => libraryPolicy({ on: Error } as LibraryOptions)).toThrow(
      /^`on` is not known in options of libraryPolicy/,
    );
  });

  test.each([null, 5, 'options', [], () => true])('refuses %o instead of options', (options) => {
    expect(() => libraryPolicy(options as LibraryOptions)).toThrow(TypeError);
  });
});

describe('begin', () => {
  test('calls no hook and starts no timer', () => {
    const hook = vi.fn();
    libraryPolicy({ onRetry: hook, onGiveUp: hook, onRecover: hook }).begin();
    expect(vi.getTimerCount()).toBe(0);
    expect(hook).not.toHaveBeenCalled();
  });

  test('deposits into the budget once', async () => {
    const budget = retryBudget({ ratio: 0.5, reserve: 0, minPerSecond: 0 });
    const policy = libraryPolicy({ ...noWait, budget });
    const call = policy.begin();
    expect(budget.balance).toBe(0.5);
    policy.begin();
    expect(budget.balance).toBe(1);
    await call.retry(error, callOf());
    expect(budget.balance).toBe(0);
  });

  test('throws the reason of a signal that was aborted before', () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const budget = retryBudget();
    expect(() => libraryPolicy({ budget, signal }).begin()).toThrow(reason);
    expect(() => libraryPolicy({ budget }).begin({ signal })).toThrow(reason);
    expect(budget.balance).toBe(100);
  });

  test('exposes the attempts of the call', () => {
    const policy = libraryPolicy({ attempts: 4 });
    const attemptsIn = (...settings: { dispose(): void }[]): number => {
      const { attempts } = policy.begin();
      for (const setting of settings) setting.dispose();
      return attempts;
    };
    expect(attemptsIn()).toBe(4);
    expect(attemptsIn(setTesting(true))).toBe(1);
    expect(attemptsIn(setTesting(true, { attempts: 7 }))).toBe(7);
    expect(attemptsIn(setTesting(true, { attempts: 7, cap: true }))).toBe(4);
    expect(attemptsIn(setTesting(true, { attempts: 7 }), setActive(false))).toBe(1);
  });

  test('takes a signal beside that of the policy', async () => {
    for (const which of ['policy', 'call'] as const) {
      const signals = { policy: new AbortController(), call: new AbortController() };
      const policy = libraryPolicy({ signal: signals.policy.signal });
      const call = policy.begin({ signal: signals.call.signal });
      setTimeout(() => signals[which].abort(which), 20);
      expect(await rejection(finish(call.retry(error, callOf())))).toBe(which);
    }
  });

  test('takes a budget instead of that of the policy', async () => {
    const reserve = { ratio: 0, reserve: 5 };
    const [theirs, own] = [retryBudget(reserve), retryBudget(reserve)];
    const policy = libraryPolicy({ ...noWait, budget: theirs });
    await policy.begin({ budget: own }).retry(error, callOf({ attempt: failing(1) }));
    expect([theirs.balance, own.balance]).toEqual([5, 3]);
    await policy.begin({ budget: undefined }).retry(error, callOf({ attempt: failing(1) }));
    expect([theirs.balance, own.balance]).toEqual([3, 3]);
  });

  test.each([
    [
      AbortSignal.abort(),
      '`options of begin` must be an object, got an instance of AbortSignal; write begin({ signal })',
    ],
    [[], '`options of begin` must be an object, got an array of 0; write begin({ signal })'],
    [null, '`options of begin` must be an object, got null; write begin({ signal })'],
    [{ budget: 5 }, '`budget` must be a retry budget, got 5; make one with retryBudget()'],
    [{ attempts: 3 }, '`attempts` belongs to the policy: write retry({ attempts })'],
    [
      { nam: '' },
      '`nam` is not known in options of begin; did you mean `name`? Allowed are signal, name, deadline, budget',
    ],
  ])('refuses %o', (own, message) => {
    expect(() => libraryPolicy().begin(own as object)).toThrow(new TypeError(message));
  });
});

describe('retry', () => {
  test('returns a promise of the second attempt', async () => {
    const attempt = vi.fn(({ num }: Attempt) => `attempt ${num}`);
    const result = libraryPolicy(noWait).begin().retry(error, callOf({ attempt }));
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe('attempt 2');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('counts the first attempt', async () => {
    const last = new Error('the last attempt');
    const attempt = hopeless(last);
    const onGiveUp = vi.fn();
    expect(await rejection(retryOnce({ ...noWait, attempts: 3, onGiveUp }, { attempt }))).toBe(last);
    expect(attempt).toHaveBeenCalledTimes(2);
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'attempts', attempt: 3, errors: [error, last, last] }]);
  });

  test('rejects with an error that is not retried', async () => {
    const attempt = vi.fn();
    expect(await rejection(retryOnce(noWait, { attempt, classify: () => false }))).toBe(error);
    expect(attempt).not.toHaveBeenCalled();
  });

  test('measures the timeout from the beginning of the call', async () => {
    const policy = libraryPolicy({ ...noWait, timeout: 1_000 });
    const [early, late] = [policy.begin(), policy.begin()];
    vi.advanceTimersByTime(1_000);
    expect(await early.retry(error, callOf())).toBe('done');
    vi.advanceTimersByTime(1);
    expect(await rejection(late.retry(error, callOf()))).toBe(error);
  });

  test('rejects after an abort during the first attempt', async () => {
    const controller = new AbortController();
    const call = libraryPolicy(noWait).begin({ signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await rejection(call.retry(error, callOf()))).toBe(reason);
  });

  test('keeps the mode in which the call began', async () => {
    const policy = libraryPolicy(noWait);
    const before = policy.begin();
    const classify = vi.fn(() => true);
    const attempt = failing();
    const inactive = setActive(false);
    const meanwhile = policy.begin();
    const retried = before.retry(error, callOf<unknown>({ attempt }));
    inactive.dispose();
    expect(await retried).toBe('done');
    expect(await rejection(meanwhile.retry(error, callOf<unknown>({ attempt, classify })))).toBe(error);
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(classify).not.toHaveBeenCalled();
  });

  test('can be called only once', async () => {
    const attempt = failing();
    const call = libraryPolicy(noWait).begin();
    await call.retry(error, callOf<unknown>({ attempt }));
    expect(() => call.retry(error, callOf<unknown>({ attempt }))).toThrow(
      new TypeError('this call has been handed over already; begin a new one for each call'),
    );
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'an object'],
    [{ attempt() {} }, 'an object'],
    [{ classify() {} }, 'an object'],
    [() => 'done', 'function anonymous'],
  ])('refuses %o at once instead of a call', async (given, shown) => {
    const begun = libraryPolicy(noWait).begin();
    expect(() => begun.retry(error, given as RetryableCall<string>)).toThrow(
      new TypeError(`\`call\` must be an object with the methods attempt and classify, got ${shown}`),
    );
    expect(await begun.retry(error, callOf())).toBe('done');
  });

  test('applies `attemptTimeout` from the second attempt on', async () => {
    const classify = vi.fn(() => true);
    const attempt = ({ num, signal }: Attempt) => (num < 4 ? untilAborted(signal) : `attempt ${num}`);
    const onRetry = vi.fn();
    expect(await retryOnce({ ...noWait, attemptTimeout: 50, onRetry }, { attempt, classify })).toBe('attempt 4');
    expect(classify.mock.calls).toEqual([[error]]);
    expect(detailsOf(onRetry).map(({ causedBy }) => causedBy.message)).toEqual([
      'the first attempt',
      'attempt 2 took longer than 50 ms',
      'attempt 3 took longer than 50 ms',
    ]);
  });

  test('calls the methods of an object', async () => {
    class Query implements RetryableCall<string> {
      #log: string[] = [];
      get name(): string {
        return this.#log.join(' ');
      }
      attempt({ num }: Attempt): string {
        this.#log.push(`attempt ${num}`);
        return this.#log.join(', ');
      }
      classify(): boolean {
        this.#log.push('classify');
        return true;
      }
      discard(): void {
        this.#log.push('discard');
      }
      report(): number {
        return this.#log.length;
      }
    }
    const onRetry = vi.fn();
    const call = libraryPolicy({ ...noWait, onRetry }).begin();
    expect(await call.retry(error, new Query())).toBe('classify, discard, attempt 2');
    expect(detailsOf(onRetry)).toMatchObject([{ name: 'classify discard', causedBy: 2 }]);
  });
});
