import { type RetryOptions, retry, retryBudget, retryContext } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { describe, expect, test, vi } from 'vitest';
import { rejection } from './work.ts';

const SURFACES = { retry, retryContext, retrySync, retryContextSync } as const;
const MS = 'waits are in milliseconds';
const LIMIT = 'use Infinity for no limit';
const DURATION = 'a number of milliseconds or a duration such as { seconds: 30 }';
const UNITS = 'days, hours, minutes, seconds, milliseconds';
const ON = 'an error class, a function (error) => boolean | number | Duration, or an array of these';
const NAME_IT = 'name what to retry, such as `on: HttpError`';
const ALLOWED =
  'on, attempts, timeout, waitInitial, waitMax, waitJitter, waitExpBase, name, signal, attemptTimeout, budget, unref, discard, causeOf, onRetry, onGiveUp, onRecover';

const loop: unknown[] = [];
loop.push(loop);
const cyclic = { loop };

function expectRefused(name: keyof typeof SURFACES, options: unknown, error: Error): void {
  expect(() => SURFACES[name](options as RetryOptions)).toThrow(error);
}

const type = (message: string): TypeError => new TypeError(message);
const range = (message: string): RangeError => new RangeError(message);

/** Options beside `on`, and what is said of them. */
const REFUSED: readonly [options: object, error: Error][] = [
  [{ on: undefined }, type(`\`on\` must be ${ON}, got undefined; ${NAME_IT}`)],
  [{ on: null }, type(`\`on\` must be ${ON}, got null; ${NAME_IT}`)],
  [{ on: 'Error' }, type(`\`on\` must be ${ON}, got "Error"; ${NAME_IT}`)],
  [{ on: new Error('an instance') }, type(`\`on\` must be ${ON}, got "Error: an instance"; ${NAME_IT}`)],
  [{ on: [Error, 503] }, type(`\`on\` must be ${ON}, got 503; ${NAME_IT}`)],
  [{ on: [[Error, TypeError]] }, type(`\`on\` must be ${ON}, got an array of 2; ${NAME_IT}`)],
  [{ on: [] }, type('`on` must be a non-empty array, got an array of 0; name at least one error class or hook')],

  [{ attempts: 0 }, range(`\`attempts\` must be an integer of at least 1, or Infinity, got 0; ${LIMIT}`)],
  [{ attempts: -1 }, range(`\`attempts\` must be an integer of at least 1, or Infinity, got -1; ${LIMIT}`)],
  [{ attempts: 1.5 }, range(`\`attempts\` must be an integer of at least 1, or Infinity, got 1.5; ${LIMIT}`)],
  [
    { attempts: -Infinity },
    range(`\`attempts\` must be an integer of at least 1, or Infinity, got -Infinity; ${LIMIT}`),
  ],
  [{ attempts: Number.NaN }, type(`\`attempts\` must be an integer of at least 1, or Infinity, got NaN; ${LIMIT}`)],
  [{ attempts: null }, type(`\`attempts\` must be an integer of at least 1, or Infinity, got null; ${LIMIT}`)],
  [{ attempts: '3' }, type(`\`attempts\` must be an integer of at least 1, or Infinity, got "3"; ${LIMIT}`)],
  [{ attempts: 3n }, type(`\`attempts\` must be an integer of at least 1, or Infinity, got 3n; ${LIMIT}`)],

  [{ timeout: 0 }, range(`\`timeout\` must be greater than 0, got 0; ${LIMIT}`)],
  [{ timeout: -1 }, range(`\`timeout\` must be greater than 0, got -1; ${LIMIT}`)],
  [{ timeout: { seconds: 0 } }, range(`\`timeout\` must be greater than 0, got {"seconds":0}; ${LIMIT}`)],
  [{ timeout: null }, type(`\`timeout\` must be ${DURATION}, got null; ${LIMIT}`)],
  [{ timeout: Number.NaN }, type(`\`timeout\` must be ${DURATION}, got NaN; ${LIMIT}`)],
  [{ timeout: '45s' }, type(`\`timeout\` must be ${DURATION}, got "45s"; ${LIMIT}`)],
  [{ timeout: {} }, type(`\`timeout\` must be ${DURATION}, got {}; give at least one of ${UNITS}`)],
  [{ timeout: [5] }, type(`\`timeout\` must be an object, got an array of 1; write ${DURATION}`)],
  [
    { timeout: { second: 5 } },
    type(`\`second\` is not known in timeout; did you mean \`seconds\`? Allowed are ${UNITS}`),
  ],
  [{ timeout: { seconds: '5' } }, type('`timeout.seconds` must be a finite number, got "5"')],

  [{ waitInitial: -1 }, range('`waitInitial` must be finite and at least 0, got -1; waits are in milliseconds')],
  [{ waitInitial: null }, type(`\`waitInitial\` must be ${DURATION}, got null; ${MS}`)],
  [{ waitMax: -0.5 }, range('`waitMax` must be finite and at least 0, got -0.5; waits are in milliseconds')],
  [{ waitMax: Infinity }, range('`waitMax` must be finite and at least 0, got Infinity; waits are in milliseconds')],
  [{ waitMax: true }, type(`\`waitMax\` must be ${DURATION}, got true; ${MS}`)],
  [
    { waitJitter: { hours: -1 } },
    range('`waitJitter` must be finite and at least 0, got {"hours":-1}; waits are in milliseconds'),
  ],
  [{ waitJitter: () => 5 }, type(`\`waitJitter\` must be ${DURATION}, got function waitJitter; ${MS}`)],

  [
    { waitExpBase: 0.9 },
    range('`waitExpBase` must be a finite number of at least 1, got 0.9; use 1 for waits that do not grow'),
  ],
  [
    { waitExpBase: Infinity },
    range('`waitExpBase` must be a finite number of at least 1, got Infinity; use 1 for waits that do not grow'),
  ],
  [
    { waitExpBase: Number.NaN },
    type('`waitExpBase` must be a finite number of at least 1, got NaN; use 1 for waits that do not grow'),
  ],
  [
    { waitExpBase: null },
    type('`waitExpBase` must be a finite number of at least 1, got null; use 1 for waits that do not grow'),
  ],

  [{ name: 5 }, type('`name` must be a string, got 5')],
  [{ name: null }, type('`name` must be a string, got null')],
  [{ name: Symbol('work') }, type('`name` must be a string, got Symbol(work)')],

  [
    { signal: null },
    type('`signal` must be an AbortSignal, got null; pass `controller.signal` or AbortSignal.timeout(ms)'),
  ],
  [{ signal: 5 }, type('`signal` must be an AbortSignal, got 5; pass `controller.signal` or AbortSignal.timeout(ms)')],
  [
    { signal: new AbortController() },
    type('`signal` must be an AbortSignal, got AbortController; pass `controller.signal` or AbortSignal.timeout(ms)'),
  ],

  [{ attemptTimeout: 0 }, range(`\`attemptTimeout\` must be greater than 0, got 0; ${LIMIT}`)],
  [{ attemptTimeout: null }, type(`\`attemptTimeout\` must be ${DURATION}, got null; ${LIMIT}`)],

  ...['aborted', 'addEventListener', 'removeEventListener'].map((lacking): [object, Error] => {
    const whole = { aborted: false, addEventListener() {}, removeEventListener() {} };
    const shown = lacking === 'aborted' ? '{}' : '{"aborted":false}';
    const message = `\`signal\` must be an AbortSignal, got ${shown}; pass \`controller.signal\` or AbortSignal.timeout(ms)`;
    return [{ signal: { ...whole, [lacking]: undefined } }, type(message)];
  }),
  [{ budget: null }, type('`budget` must be a retry budget, got null; make one with retryBudget()')],
  [{ budget: { ratio: 0.1 } }, type('`budget` must be a retry budget, got {"ratio":0.1}; make one with retryBudget()')],

  [{ budget: { deposit() {} } }, type('`budget` must be a retry budget, got {}; make one with retryBudget()')],
  [{ budget: { withdraw() {} } }, type('`budget` must be a retry budget, got {}; make one with retryBudget()')],

  [{ unref: null }, type('`unref` must be true or false, got null')],
  [{ unref: 1 }, type('`unref` must be true or false, got 1')],

  [{ discard: true }, type('`discard` must be a function, got true')],
  [{ causeOf: 'message' }, type('`causeOf` must be a function, got "message"')],
  [{ causeOf: Error }, type('`causeOf` must be a function, got function Error')],

  [{ onRetry: null }, type('`onRetry` must be a function, got null')],
  [{ onGiveUp: 'log' }, type('`onGiveUp` must be a function, got "log"')],
  [{ onRecover: cyclic }, type('`onRecover` must be a function, got an object')],

  [
    { attempts: Infinity, timeout: Infinity },
    range(
      '`attempts` and `timeout` must not both be Infinity without a `signal`: retrying would never stop; limit one of them, or give a signal',
    ),
  ],
];

describe.each(Object.keys(SURFACES) as (keyof typeof SURFACES)[])('%s', (name) => {
  test.each(REFUSED)('refuses %o', (options, error) => {
    expectRefused(name, { on: Error, ...options }, error);
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['5', 5],
    ['function Error', Error],
    ['a function', () => true],
    ['an array of 1', [Error]],
  ])('refuses %s in the place of options', (shown, given) => {
    expectRefused(
      name,
      given,
      type(`\`retry options\` must be an object, got ${shown}; write retry({ on: HttpError })`),
    );
  });

  test.each([
    ['attempt', 'attempts'],
    ['atempts', 'attempts'],
    ['maxAttempts', 'attempts'],
    ['timeOut', 'timeout'],
    ['WAITMAX', 'waitMax'],
    ['wait_initial', 'waitInitial'],
    ['jitter', 'waitJitter'],
    ['expBase', 'waitExpBase'],
    ['onretry', 'onRetry'],
    ['onGiveup', 'onGiveUp'],
    ['retryOn', 'onRetry'],
    ['abortSignal', 'signal'],
    ['o', 'on'],
    ['retries', 'attempts'],
    ['maxRetries', 'attempts'],
    ['minTimeout', 'waitInitial'],
    ['maxTimeout', 'waitMax'],
    ['maxRetryTime', 'timeout'],
    ['factor', 'waitExpBase'],
    ['constructor', 'onRetry'],
    ['cause', 'causeOf'],
    ['attemptsTimeout', 'attemptTimeout'],
  ])('refuses the unknown option `%s`, naming `%s`', (unknown, nearest) => {
    const message = `\`${unknown}\` is not known in retry options; did you mean \`${nearest}\`? Allowed are ${ALLOWED}`;
    expectRefused(name, { on: Error, [unknown]: undefined }, type(message));
  });

  test('takes undefined for the default', () => {
    const undefinedOptions = Object.fromEntries(ALLOWED.split(', ').map((option) => [option, undefined]));
    expect(SURFACES[name]({ ...undefinedOptions, on: Error })).toBeDefined();
  });

  test('takes every option at its limits', () => {
    const { signal } = new AbortController();
    const { aborted, addEventListener, removeEventListener } = signal;
    for (const options of [
      { attempts: 1 },
      { attempts: Infinity },
      { timeout: Infinity },
      { timeout: Number.MIN_VALUE, waitInitial: 0, waitMax: 0, waitJitter: 0, waitExpBase: 1 },
      { attempts: Infinity, timeout: Infinity, signal },
      { signal: { aborted, addEventListener, removeEventListener } as AbortSignal },
      { attemptTimeout: Infinity, name: '', unref: true, budget: retryBudget() },
      { budget: { balance: 1, deposit() {}, withdraw: () => true } },
    ]) {
      expect(SURFACES[name]({ on: Error, ...options })).toBeDefined();
    }
  });
});

test('options are read once, when they are given', async () => {
  const options = { on: () => 0, attempts: 2 };
  const policy = retry(options);
  options.attempts = 5;
  const work = vi.fn(() => Promise.reject(new Error('always')));
  await expect(policy.run(work)).rejects.toThrow('always');
  expect(work).toHaveBeenCalledTimes(2);
});

test('an array of `on` is read once, when it is given', async () => {
  const on: ErrorConstructor[] = [RangeError];
  const policy = retry({ on, waitMax: 0 });
  on.push(Error);
  const work = vi.fn(() => Promise.reject(new Error('not matched')));
  await expect(policy.run(work)).rejects.toThrow('not matched');
  expect(work).toHaveBeenCalledTimes(1);
});

test('a function beside the options is refused, with the ways to write it', () => {
  const give = (surface: unknown) => (): unknown =>
    (surface as (...given: unknown[]) => unknown)({ on: Error }, () => {});
  expect(give(retry)).toThrow(
    type(
      'retry takes options alone; write retry(options).run(fn) to run now, or retry(options)(fn) to wrap a function',
    ),
  );
  expect(give(retrySync)).toThrow(
    type(
      'retrySync takes options alone; write retrySync(options).run(fn) to run now, or retrySync(options)(fn) to wrap a function',
    ),
  );
});

test('attemptTimeout is refused for wrapping and decorating, where its signal would reach nothing', () => {
  const policy = retry({ on: Error, attemptTimeout: 5 });
  const message =
    '`attemptTimeout` must not be given when wrapping a function, which its signal would never reach; use run((attempt) => fn(attempt.signal))';
  const context = { kind: 'method', name: 'work' } as ClassMethodDecoratorContext;
  expect(() => policy(async () => {})).toThrow(type(message));
  expect(() => policy(async function* () {})).toThrow(type(message));
  expect(() => policy(async () => {}, context)).toThrow(type(message));
  expect(() => policy({}, 'work', { value: async () => {} })).toThrow(type(message));
});

test('attemptTimeout is refused where code blocks', () => {
  const error = type(
    '`attemptTimeout` must not be given here: nothing can interrupt code that blocks; use retry from @stamina/core',
  );
  expect(() => retrySync({ on: Error, attemptTimeout: 5 })).toThrow(error);
  expect(() => retryContextSync({ on: Error, attemptTimeout: { seconds: 1 } })).toThrow(error);
});

describe.each([
  ['run', retry({ on: Error }).run, ['signal', 'name', 'on', 'budget'], 'write run(fn, { signal })'],
  ['run, synchronous', retrySync({ on: Error }).run, ['name', 'on', 'budget'], 'write run(fn, { name })'],
] as const)('%s', (_, run, allowed, instead) => {
  const give =
    (...given: unknown[]) =>
    async (): Promise<unknown> =>
      (run as (...all: unknown[]) => unknown)(...given);
  const expectRefusal = async (given: unknown[], error: Error): Promise<void> =>
    expect(await rejection(give(...given)())).toStrictEqual(error);

  test('refuses what is no function', async () => {
    for (const [fn, shown] of [
      [undefined, 'undefined'],
      [{}, '{}'],
      ['load', '"load"'],
    ]) {
      await expectRefusal([fn], type(`\`fn\` must be a function, got ${shown}; write run(() => load(id))`));
    }
  });

  test('refuses options of its own that are none', async () => {
    const fn = vi.fn();
    await expectRefusal([fn, null], type(`\`options of run\` must be an object, got null; ${instead}`));
    await expectRefusal([fn, 'load'], type(`\`options of run\` must be an object, got "load"; ${instead}`));
    const { signal } = new AbortController();
    await expectRefusal([fn, signal], type(`\`options of run\` must be an object, got AbortSignal; ${instead}`));
    class Polyfill {
      get aborted(): boolean {
        return false;
      }
    }
    await expectRefusal([fn, new Polyfill()], type(`\`options of run\` must be an object, got {}; ${instead}`));
    await expectRefusal([fn, []], type(`\`options of run\` must be an object, got an array of 0; ${instead}`));
    await expectRefusal([fn, { name: 5 }], type('`name` must be a string, got 5'));
    await expectRefusal([fn, { on: null }], type(`\`on\` must be ${ON}, got null; ${NAME_IT}`));
    await expectRefusal(
      [fn, { budget: {} }],
      type('`budget` must be a retry budget, got {}; make one with retryBudget()'),
    );
    await expectRefusal(
      [fn, { nam: 'load' }],
      type(`\`nam\` is not known in options of run; did you mean \`name\`? Allowed are ${allowed.join(', ')}`),
    );
    expect(fn).not.toHaveBeenCalled();
  });

  test('takes undefined for no options', async () => {
    expect(await give(() => 'done', undefined)()).toBe('done');
    expect(await give(() => 'done', { name: undefined })()).toBe('done');
  });
});

test('run refuses a signal that is none', () => {
  const { run } = retry({ on: Error });
  expect(() => run(() => {}, { signal: {} as AbortSignal })).toThrow(
    type('`signal` must be an AbortSignal, got {}; pass `controller.signal` or AbortSignal.timeout(ms)'),
  );
});
