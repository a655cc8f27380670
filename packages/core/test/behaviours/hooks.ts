import { setRetryHooks } from '@stamina/core';
import { expect, vi } from 'vitest';
import { expectWarning } from '../../../../scripts/vitest/setup.ts';
import { type Behaviours, finish, type Surface } from '../support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from '../support/work.ts';

const first = new Error('first');
const second = new Error('second');
const fatal = new RangeError('fatal');
const onError = (error: unknown): number | false => (error === fatal ? false : 2);

/** Makes a call whose attempts take 5 ms each. Two of them fail, and the third succeeds or fails. Returns the hooks. */
async function failTwice(surface: Surface, last: 'succeeds' | 'fails') {
  const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn(), onSettle: vi.fn() };
  const work = failing();
  const steps = [first, second, fatal];
  work.mockImplementation(() => {
    vi.advanceTimersByTime(5);
    const error = steps.shift();
    if (error === fatal && last === 'succeeds') return 'done';
    throw error;
  });
  await settle(surface, { on: onError, attempts: 4, timeout: 1_000, ...hooks }, work).catch(() => {});
  return hooks;
}

function common(surface: Surface) {
  return { name: surface.name, args: surface.args, attempts: 4, timeout: 1_000 };
}

/** Three attempts take 5 ms each. Two waits take 2 ms each, but blocking does not move the fake clock. */
const elapsedAfterThree = (surface: Surface): number => (surface.sync ? 15 : 19);

async function givenUp(surface: Surface, options: object, work = hopeless(first)) {
  const onGiveUp = vi.fn();
  const thrown = await rejection(settle(surface, { on: onError, onGiveUp, ...options }, work));
  return { thrown, details: detailsOf(onGiveUp) };
}

export const hooks: Behaviours = {
  '`onRetry` receives the details of each retry': async (surface) => {
    const { onRetry } = await failTwice(surface, 'succeeds');
    expect(detailsOf(onRetry)).toStrictEqual([
      { ...common(surface), attempt: 1, retryNum: 1, waitFor: 2, waitedSoFar: 0, causedBy: first },
      { ...common(surface), attempt: 2, retryNum: 2, waitFor: 2, waitedSoFar: 2, causedBy: second },
    ]);
    expect(detailsOf(onRetry).map(({ causedBy }) => causedBy)).toEqual([first, second]);
  },

  '`onRecover` receives the details of a late success': async (surface) => {
    const { onRecover, onGiveUp } = await failTwice(surface, 'succeeds');
    expect(detailsOf(onRecover)).toStrictEqual([
      {
        ...common(surface),
        attempt: 3,
        waitedSoFar: 4,
        causedBy: second,
        elapsed: elapsedAfterThree(surface),
        errors: [first, second],
        waits: [2, 2],
      },
    ]);
    expect(onGiveUp).not.toHaveBeenCalled();
  },

  '`onGiveUp` receives the details of a failure': async (surface) => {
    const { onGiveUp, onRecover } = await failTwice(surface, 'fails');
    expect(detailsOf(onGiveUp)).toStrictEqual([
      {
        ...common(surface),
        attempt: 3,
        waitedSoFar: 4,
        causedBy: fatal,
        elapsed: elapsedAfterThree(surface),
        reason: 'unmatched',
        errors: [first, second, fatal],
        waits: [2, 2],
      },
    ]);
    expect(detailsOf(onGiveUp)[0].causedBy).toBe(fatal);
    expect(onRecover).not.toHaveBeenCalled();
  },

  '`onSettle` receives the details of each call': async (surface) => {
    const { onSettle: succeeded } = await failTwice(surface, 'succeeds');
    const call = { ...common(surface), attempt: 3, waitedSoFar: 4, elapsed: elapsedAfterThree(surface) };
    const succeededAtLast = { causedBy: second, reason: undefined, errors: [first, second], waits: [2, 2] };
    expect(detailsOf(succeeded)).toStrictEqual([{ ...call, ...succeededAtLast }]);
    const { onSettle: failed } = await failTwice(surface, 'fails');
    const failedAtLast = { causedBy: fatal, reason: 'unmatched', errors: [first, second, fatal], waits: [2, 2] };
    expect(detailsOf(failed)).toStrictEqual([{ ...call, ...failedAtLast }]);
  },

  '`onSettle` is called for calls that were never retried': async (surface) => {
    const onSettle = vi.fn();
    setRetryHooks([{ onSettle }]);
    expect(await settle(surface, { on: onError }, failing())).toBe('done');
    await rejection(settle(surface, { on: onError }, failing(fatal)));
    const call = { name: surface.name, args: surface.args, attempt: 1, waitedSoFar: 0 };
    expect(detailsOf(onSettle)).toMatchObject([
      { ...call, causedBy: undefined, reason: undefined, errors: [], waits: [] },
      { ...call, causedBy: fatal, reason: 'unmatched', errors: [fatal], waits: [] },
    ]);
  },

  'details are frozen, and hold the arguments themselves': async (surface) => {
    const { onRetry, onRecover } = await failTwice(surface, 'succeeds');
    const { onGiveUp, onSettle } = await failTwice(surface, 'fails');
    const all = [onRetry, onRecover, onGiveUp, onSettle].flatMap((hook) => detailsOf(hook));
    expect(all.map((details) => Object.isFrozen(details))).toEqual([true, true, true, true, true]);
    for (const { args } of all) {
      expect(Object.isFrozen(args)).toBe(true);
      expect(surface.args.every((arg, index) => args[index] === arg)).toBe(true);
    }
    for (const { errors, waits } of [detailsOf(onGiveUp)[0], detailsOf(onRecover)[0]]) {
      expect([errors, waits].every((list) => Object.isFrozen(list))).toBe(true);
    }
  },

  'calls without a matched failure call no hook': async (surface) => {
    const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
    setRetryHooks([hooks]);
    await settle(surface, { on: onError, ...hooks }, failing());
    await rejection(settle(surface, { on: onError, ...hooks }, failing(fatal)));
    for (const hook of Object.values(hooks)) expect(hook).not.toHaveBeenCalled();
  },

  'a matched failure without a retry is reported': async (surface) => {
    const { details } = await givenUp(surface, { attempts: 1 });
    expect(details).toMatchObject([{ attempt: 1, reason: 'attempts', errors: [first], waitedSoFar: 0 }]);
  },

  'global hooks are called before own hooks': async (surface) => {
    const log: string[] = [];
    const note = (text: string) => () => void log.push(text);
    setRetryHooks([
      note('a function'),
      { onRetry: note('first'), onGiveUp: note('first gives up') },
      { onRetry: note('second') },
    ]);
    await rejection(
      settle(
        surface,
        { on: onError, attempts: 2, onRetry: note('own'), onGiveUp: note('own gives up') },
        hopeless(first),
      ),
    );
    expect(log).toEqual(['a function', 'first', 'second', 'own', 'first gives up', 'own gives up']);
    log.length = 0;
    setRetryHooks([{ onRecover: note('global') }]);
    await settle(surface, { on: onError, onRecover: note('own') }, failing(first));
    expect(log).toEqual(['global', 'own']);
  },

  'functions of a hook object are called as methods': async (surface) => {
    const hook = {
      seen: 0,
      onRetry() {
        this.seen++;
      },
    };
    setRetryHooks([hook]);
    await settle(surface, { on: onError }, failing(first, second));
    expect(hook.seen).toBe(2);
  },

  '`errors` holds the newest ten errors': async (surface) => {
    const { details, thrown } = await givenUp(surface, { on: () => 0, attempts: 10 }, failing(...Array(12).keys()));
    expect(details).toMatchObject([{ errors: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], causedBy: 9, attempt: 10 }]);
    expect(thrown).toBe(9);
    const longer = await givenUp(surface, { on: () => 0, attempts: 12 }, failing(...Array(14).keys()));
    expect(longer.details).toMatchObject([{ errors: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11], causedBy: 11, attempt: 12 }]);
  },

  'the `name` option names the call': async (surface) => {
    const onRetry = vi.fn();
    await settle(surface, { on: onError, name: 'load user', onRetry }, failing(first));
    expect(detailsOf(onRetry)).toMatchObject([{ name: 'load user' }]);
    onRetry.mockClear();
    await settle(surface, { on: onError, name: '', onRetry }, failing(first));
    expect(detailsOf(onRetry)).toMatchObject([{ name: '' }]);
  },

  '`reason` is the first reason that holds': async (surface) => {
    const reason = async (options: object, work = hopeless(first)) =>
      (await givenUp(surface, options, work)).details[0].reason;
    // Each of these calls has one reason less to give up than the call before it.
    expect(await reason({ attempts: 2, timeout: 3 }, failing(first, fatal))).toBe('unmatched');
    expect(await reason({ attempts: 2, timeout: 3 })).toBe('attempts');
    expect(await reason({ attempts: 3, timeout: 3 })).toBe('timeout');
  },

  'disposables of `onRetry` are disposed before the retry, the last first': async (surface) => {
    const log: string[] = [];
    const work = failing();
    work.mockImplementation(() => {
      log.push(`attempt ${work.mock.calls.length}`);
      if (work.mock.calls.length < 3) throw first;
      return 'done';
    });
    const disposable = (name: string) => (details: { retryNum: number }) => {
      log.push(`${name} ${details.retryNum}`);
      const result = {
        dispose(): void {
          expect(this).toBe(result);
          log.push(`${name} ${details.retryNum} disposed`);
        },
      };
      return result;
    };
    setRetryHooks([disposable('global'), () => {}]);
    await settle(
      surface,
      { on: onError, onRetry: disposable('own'), onRecover: () => void log.push('recovered') },
      work,
    );
    expect(log).toEqual([
      'attempt 1',
      'global 1',
      'own 1',
      'own 1 disposed',
      'global 1 disposed',
      'attempt 2',
      'global 2',
      'own 2',
      'own 2 disposed',
      'global 2 disposed',
      'attempt 3',
      'recovered',
    ]);
  },

  '`Symbol.dispose` is called once': async (surface) => {
    const dispose = vi.fn();
    const bySymbol = vi.fn();
    await settle(surface, { on: onError, onRetry: () => ({ [Symbol.dispose]: bySymbol }) }, failing(first, second));
    expect(bySymbol).toHaveBeenCalledTimes(2);
    const both = { dispose, [Symbol.dispose]: dispose };
    await settle(surface, { on: onError, onRetry: () => both }, failing(first, second));
    expect(dispose).toHaveBeenCalledTimes(2);
    const callable = Object.assign(() => {}, { dispose });
    await settle(surface, { on: onError, onRetry: () => callable }, failing(first));
    expect(dispose).toHaveBeenCalledTimes(3);
  },

  'a disposable is disposed before giving up': async (surface) => {
    const log: string[] = [];
    const onRetry = () => {
      vi.advanceTimersByTime(10);
      return { dispose: () => void log.push('disposed') };
    };
    const { details } = await givenUp(surface, { timeout: 9, onRetry, onGiveUp: () => void log.push('gave up') });
    expect(details).toEqual([]);
    expect(log).toEqual(['disposed', 'gave up']);
  },

  'other results of hooks are ignored': async (surface) => {
    const dispose = vi.fn();
    for (const returned of [null, 5, 'text', true, {}, { dispose: 'no function' }]) {
      await settle(surface, { on: onError, onRetry: () => returned as unknown as undefined }, failing(first));
    }
    const returning = () => ({ dispose }) as unknown as undefined;
    await settle(surface, { on: onError, onRecover: returning }, failing(first));
    await rejection(settle(surface, { on: onError, onGiveUp: returning }, failing(first, fatal)));
    expect(dispose).not.toHaveBeenCalled();
  },

  'a hook that throws causes one warning': async (surface) => {
    expectWarning(
      'StaminaWarning: The retry hook broken failed; its further failures are not reported. Retrying goes on.',
    );
    const next = vi.fn();
    setRetryHooks([
      function broken() {
        throw new Error('a bug in a hook');
      },
      next,
    ]);
    expect(await settle(surface, { on: onError, onRetry: next }, failing(first, second))).toBe('done');
    expect(next).toHaveBeenCalledTimes(4);
  },

  'a hook that rejects causes one warning': async (surface) => {
    expectWarning(/^StaminaWarning: The retry hook rejecting failed; /);
    const next = vi.fn();
    const rejecting = (() => Promise.reject(new Error('a bug in a hook'))) as () => never;
    setRetryHooks([{ onRetry: rejecting, onRecover: () => rejecting() }, { onRetry: next }]);
    expect(await settle(surface, { on: onError }, failing(first, second))).toBe('done');
    expect(next).toHaveBeenCalledTimes(2);
    setRetryHooks([(() => new Promise(() => {})) as () => never]);
    expect(await settle(surface, { on: onError }, failing(first))).toBe('done');
  },

  'a disposable that throws causes one warning': async (surface) => {
    expectWarning(/^StaminaWarning: The retry hook locks failed; /);
    const dispose = vi.fn();
    setRetryHooks([
      function locks() {
        return {
          dispose() {
            throw new Error('a bug in a disposable');
          },
        };
      },
      () => ({ dispose }),
    ]);
    expect(await settle(surface, { on: onError }, failing(first, second))).toBe('done');
    expect(dispose).toHaveBeenCalledTimes(2);
  },

  'hooks see each call separately': async (surface) => {
    const onRetry = vi.fn();
    const work = failing(first, second, first);
    const call = surface.prepare({ on: onError, onRetry }, work);
    await finish(call());
    await finish(call());
    work.mockImplementationOnce(() => {
      throw second;
    });
    await finish(call());
    expect(detailsOf(onRetry).map(({ retryNum, waitedSoFar }) => [retryNum, waitedSoFar])).toEqual([
      [1, 0],
      [2, 2],
      [3, 4],
      [1, 0],
    ]);
  },
};
