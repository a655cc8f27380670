import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Attempt, retryBudget, setActive, setRetryHooks, setTesting } from '@stamina/core';
import { type LibraryOptions, libraryPolicy, type RetryableCall } from '@stamina/core/library';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { tolerateWarning } from '../../../scripts/vitest/setup.ts';
import { finish } from './support/surfaces.ts';
import { callOf, detailsOf, error, failing, hopeless, rejection, retryOnce, untilAborted } from './support/work.ts';

// Times of a few ms are meant here.
tolerateWarning('Did you mean seconds?');

const noWait: LibraryOptions = { waitInitial: 0, waitJitter: 0 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  setRetryHooks([]);
  vi.useRealTimers();
});

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
      /^`on` is not known in options of libraryPolicy; .* Allowed are attempts, /,
    );
    expect(() => libraryPolicy({ onn: Error } as LibraryOptions)).toThrow(/ Allowed are attempts, /);
  });

  test.each([null, 5, 'options', [], () => true])('refuses %o instead of options', (options) => {
    expect(() => libraryPolicy(options as LibraryOptions)).toThrow(
      /^`options of libraryPolicy` must be an object, got .*; write libraryPolicy\({ attempts: 4 }\)$/,
    );
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

  test('lets `classifyTimeout` decide about an attempt that took too long', async () => {
    const classifyTimeout = vi.fn(() => false);
    const call = { attempt: ({ signal }: Attempt) => untilAborted(signal), classifyTimeout };
    const thrown = await rejection(retryOnce({ ...noWait, attemptTimeout: 50 }, call));
    expect(thrown).toMatchObject({ message: 'attempt 2 took longer than 50 ms' });
    expect(classifyTimeout.mock.calls).toEqual([[thrown]]);
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

describe('classify', () => {
  /** Returns the wait after `answer`, as hooks see it. */
  async function waitAfter(answer: unknown): Promise<number | undefined> {
    const onRetry = vi.fn();
    await retryOnce({ waitInitial: 70, waitJitter: 0, onRetry }, { classify: () => answer as number });
    return detailsOf(onRetry)[0]?.waitFor;
  }

  test.each<[answer: unknown, wait: number]>([
    [true, 70],
    [0, 0],
    [5, 5],
    [{ seconds: 2 }, 2_000],
    [{ atLeast: 100 }, 100],
  ])('may return %o, or a promise of it', async (answer, wait) => {
    expect(await waitAfter(answer)).toBe(wait);
    expect(await waitAfter(Promise.resolve(answer))).toBe(wait);
  });

  test('is called once for each error', async () => {
    const [second, third] = [new Error('second'), new Error('third')];
    const classify = vi.fn((thrown: unknown) => thrown !== third);
    expect(await rejection(retryOnce(noWait, { attempt: failing(second, third), classify }))).toBe(third);
    expect(classify.mock.calls).toEqual([[error], [second], [third]]);
  });

  test('may promise that an error is not retried', async () => {
    const attempt = vi.fn();
    expect(await rejection(retryOnce(noWait, { attempt, classify: async () => false }))).toBe(error);
    expect(attempt).not.toHaveBeenCalled();
  });

  test.each([
    ['throws', () => raise('a bug')],
    ['rejects', async () => raise('a bug')],
  ])('ends the call if it %s', async (_, classify) => {
    const onGiveUp = vi.fn();
    expect(await rejection(retryOnce({ onGiveUp }, { classify }))).toMatchObject({ message: 'a bug' });
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  test('ends the call with an invalid answer', async () => {
    for (const classify of [() => undefined, async () => undefined]) {
      const thrown = await rejection(retryOnce({}, { classify: classify as () => never }));
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown).toMatchObject({ cause: error, message: expect.stringContaining('got undefined') });
    }
  });

  test('is not awaited after an abort', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('enough'), 20);
    const classify = () => new Promise<never>(() => {});
    expect(await rejection(retryOnce({ signal: controller.signal }, { classify }))).toBe('enough');
  });
});

describe('name', () => {
  /** Makes a call with a name, and counts how often the name is read. */
  function named() {
    const read = vi.fn(() => 'call');
    const call = Object.defineProperty(callOf(), 'name', { get: read });
    return { call, read };
  }

  test('names the call', async () => {
    const onRetry = vi.fn();
    await libraryPolicy({ ...noWait, onRetry })
      .begin()
      .retry(error, named().call);
    await libraryPolicy({ ...noWait, onRetry, name: 'policy' })
      .begin()
      .retry(error, named().call);
    await libraryPolicy({ ...noWait, onRetry, name: 'policy' })
      .begin({ name: 'begun' })
      .retry(error, named().call);
    await libraryPolicy({ ...noWait, onRetry })
      .begin()
      .retry(error, callOf());
    expect(detailsOf(onRetry).map(({ name }) => name)).toEqual(['call', 'policy', 'begun', 'anonymous']);
  });

  test('is not read if nobody listens', async () => {
    const { call, read } = named();
    await libraryPolicy(noWait).begin().retry(error, call);
    expect(read).not.toHaveBeenCalled();
  });

  test('is not read if the options have a name', async () => {
    const { call, read } = named();
    await libraryPolicy({ ...noWait, name: 'policy', onRetry() {} })
      .begin()
      .retry(error, call);
    await libraryPolicy({ ...noWait, onRetry() {} })
      .begin({ name: 'begun' })
      .retry(error, call);
    expect(read).not.toHaveBeenCalled();
  });

  test('is read for a hook of the process', async () => {
    const { call, read } = named();
    setRetryHooks([() => {}]);
    await libraryPolicy(noWait).begin().retry(error, call);
    expect(read).toHaveBeenCalled();
  });

  test('is read for a diagnostics channel', async () => {
    const { call, read } = named();
    const listener = (): void => {};
    subscribe('stamina:retry', listener);
    onTestFinished(() => void unsubscribe('stamina:retry', listener));
    await libraryPolicy(noWait).begin().retry(error, call);
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe('report', () => {
  test('is not called for a call that succeeds at once', () => {
    const [report, onSettle] = [vi.fn(), vi.fn()];
    libraryPolicy({ onSettle }).begin().succeed(callOf({ report }));
    expect(detailsOf(onSettle)).toMatchObject([{ causedBy: undefined, errors: [] }]);
    expect(report).not.toHaveBeenCalled();
  });

  test('is not called if nobody listens', async () => {
    const report = vi.fn();
    await retryOnce(noWait, { report });
    expect(report).not.toHaveBeenCalled();
  });

  test('replaces the error for hooks only', async () => {
    const last = new Error('with a secret');
    const [onRetry, onGiveUp] = [vi.fn(), vi.fn()];
    const report = (thrown: unknown): string => `without it: ${(thrown as Error).message}`;
    const call = { attempt: hopeless(last), report };
    expect(await rejection(retryOnce({ ...noWait, attempts: 2, onRetry, onGiveUp }, call))).toBe(last);
    expect(detailsOf(onRetry)).toMatchObject([{ causedBy: report(error) }]);
    expect(detailsOf(onGiveUp)).toMatchObject([{ causedBy: report(last), errors: [report(error), report(last)] }]);
  });

  test('does not end the call if it throws', async () => {
    const broken = new Error('cannot report');
    const onRecover = vi.fn();
    const report = () => {
      throw broken;
    };
    expect(await retryOnce({ ...noWait, onRecover }, { report })).toBe('done');
    expect(detailsOf(onRecover)[0].causedBy).toBe(broken);
  });
});

describe('discard', () => {
  test('may be false, as in `discard: isHeld && release`', async () => {
    expect(await retryOnce(noWait, { discard: false as never })).toBe('done');
  });

  test('is called before hooks and the wait', async () => {
    const log: unknown[] = [];
    const second = new RangeError('second');
    const attempt = failing(second).mockImplementation(() => log.push('attempt'));
    await retryOnce(
      { waitInitial: 7, waitExpBase: 1, waitJitter: 0, onRetry: ({ waitFor }) => void log.push(waitFor) },
      { attempt, discard: (thrown) => void log.push(thrown) },
    );
    expect(log).toEqual([error, 7, second, 7, 'attempt']);
  });

  test('is not called with the error that ends the call', async () => {
    const discard = vi.fn();
    const other = new Error('other');
    await rejection(retryOnce({ ...noWait, attempts: 1 }, { discard }));
    expect(discard).not.toHaveBeenCalled();
    const call = { attempt: hopeless(other), classify: (thrown: unknown) => thrown === error, discard };
    await rejection(retryOnce(noWait, call));
    expect(discard.mock.calls).toEqual([[error]]);
  });

  test('is not called if a limit forbids a retry', async () => {
    const discard = vi.fn();
    const budget = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    await rejection(retryOnce({ waitInitial: 20, timeout: 10 }, { discard }));
    await rejection(retryOnce({ budget }, { discard }));
    expect(discard).not.toHaveBeenCalled();
  });

  test('lets no attempt follow if it aborts the call', async () => {
    const controller = new AbortController();
    const reason = new Error('closing');
    const attempt = vi.fn();
    const discard = () => controller.abort(reason);
    expect(await rejection(retryOnce({ ...noWait, signal: controller.signal }, { attempt, discard }))).toBe(reason);
    expect(attempt).not.toHaveBeenCalled();
  });

  test('ends the call if it throws', async () => {
    const broken = new Error('cannot discard');
    const attempt = vi.fn();
    const hook = vi.fn();
    const discard = () => {
      throw broken;
    };
    expect(await rejection(retryOnce({ ...noWait, onRetry: hook, onGiveUp: hook }, { attempt, discard }))).toBe(broken);
    expect(attempt).not.toHaveBeenCalled();
    expect(hook).not.toHaveBeenCalled();
  });
});

function raise(message: string): never {
  throw new Error(message);
}
