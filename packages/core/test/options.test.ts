import { type RetryOptions, retry, retryBudget } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { POLICIES } from './support/surfaces.ts';

const loop: unknown[] = [];
loop.push(loop);
const cyclic = { loop };

const type = (message: string): TypeError => new TypeError(message);
const range = (message: string): RangeError => new RangeError(message);

type Shown = readonly [value: unknown, shown: string];

/** An option with values that it refuses. Values of the right type but the wrong size cause a RangeError. */
interface Refusing {
  readonly option: string;
  readonly allowed: string;
  readonly advice?: string;
  readonly wrongType: readonly Shown[];
  readonly wrongSize?: readonly Shown[];
}

const WAIT = 'milliseconds or a duration such as { seconds: 30 }, finite and at least 0';
const LIMIT = 'milliseconds or a duration such as { seconds: 30 }, greater than 0, or Infinity';
const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };

const REFUSED: readonly Refusing[] = [
  {
    option: 'on',
    allowed: 'an error class, a predicate, or a non-empty array of these',
    advice: 'name what to retry, such as `on: HttpError`',
    wrongType: [
      [undefined, 'undefined'],
      [null, 'null'],
      ['Error', '"Error"'],
      [new Error('an instance'), 'an instance of Error'],
      [[Error, 503], '503'],
      [[[Error, TypeError]], 'an array of 2'],
      [[], 'an array of 0'],
    ],
  },
  {
    option: 'attempts',
    allowed: 'an integer of at least 1, or Infinity',
    wrongType: [
      [Number.NaN, 'NaN'],
      [null, 'null'],
      ['3', '"3"'],
      [3n, '3n'],
    ],
    wrongSize: [
      [0, '0'],
      [-1, '-1'],
      [1.5, '1.5'],
      [-Infinity, '-Infinity'],
    ],
  },
  {
    option: 'timeout',
    allowed: LIMIT,
    wrongType: [
      [null, 'null'],
      [Number.NaN, 'NaN'],
      ['45s', '"45s"'],
      [{}, 'an object'],
      [[5], 'an array of 1'],
      [{ second: 5 }, 'an object'],
      [{ seconds: '5' }, 'an object'],
    ],
    wrongSize: [
      [0, '0'],
      [-1, '-1'],
      [{ seconds: 0 }, 'an object'],
    ],
  },
  { option: 'deadline', allowed: LIMIT, wrongType: [[null, 'null']], wrongSize: [[0, '0']] },
  { option: 'waitInitial', allowed: WAIT, wrongType: [[null, 'null']], wrongSize: [[-1, '-1']] },
  {
    option: 'waitMax',
    allowed: WAIT,
    wrongType: [[true, 'true']],
    wrongSize: [
      [-0.5, '-0.5'],
      [Infinity, 'Infinity'],
    ],
  },
  {
    option: 'waitJitter',
    allowed: WAIT,
    wrongType: [[function fiveMs() {}, 'function fiveMs']],
    wrongSize: [[{ hours: -1 }, 'an object']],
  },
  {
    option: 'waitExpBase',
    allowed: 'a finite number of at least 1',
    wrongType: [
      [Number.NaN, 'NaN'],
      [null, 'null'],
    ],
    wrongSize: [
      [0.9, '0.9'],
      [Infinity, 'Infinity'],
    ],
  },
  {
    option: 'name',
    allowed: 'a string',
    wrongType: [
      [5, '5'],
      [null, 'null'],
      [Symbol('work'), 'Symbol(work)'],
    ],
  },
  {
    option: 'signal',
    allowed: 'an AbortSignal',
    wrongType: [
      [null, 'null'],
      [5, '5'],
      [new AbortController(), 'an instance of AbortController'],
      [{ ...signal, aborted: undefined }, 'an object'],
      [{ ...signal, addEventListener: undefined }, 'an object'],
      [{ ...signal, removeEventListener: undefined }, 'an object'],
    ],
  },
  { option: 'attemptTimeout', allowed: LIMIT, wrongType: [[null, 'null']], wrongSize: [[0, '0']] },
  {
    option: 'budget',
    allowed: 'a retry budget',
    advice: 'make one with retryBudget()',
    wrongType: [
      [null, 'null'],
      [{ ratio: 0.1 }, 'an object'],
      [{ deposit() {} }, 'an object'],
      [{ withdraw() {} }, 'an object'],
    ],
  },
  {
    option: 'nested',
    allowed: 'true or false',
    wrongType: [
      [null, 'null'],
      ['no', '"no"'],
    ],
  },
  {
    option: 'stop',
    allowed: 'an AbortSignal',
    wrongType: [
      [null, 'null'],
      [true, 'true'],
    ],
  },
  {
    option: 'unref',
    allowed: 'true or false',
    wrongType: [
      [null, 'null'],
      [1, '1'],
    ],
  },
  {
    option: 'onRetry',
    allowed: 'a function',
    wrongType: [
      [null, 'null'],
      [Error, 'class Error'],
    ],
  },
  { option: 'onGiveUp', allowed: 'a function', wrongType: [['log', '"log"']] },
  { option: 'onSettle', allowed: 'a function', wrongType: [[cyclic, 'an object']] },
  { option: 'onRecover', allowed: 'a function', wrongType: [[cyclic, 'an object']] },
];

describe.each(Object.entries(POLICIES))('%s', (_, makePolicy) => {
  describe.each(REFUSED)('`$option`', ({ option, allowed, advice, wrongType, wrongSize = [] }) => {
    const make = (value: unknown) => () => makePolicy({ on: Error, [option]: value });
    const message = (shown: string): string =>
      `\`${option}\` must be ${allowed}, got ${shown}${advice === undefined ? '' : `; ${advice}`}`;

    test.each(wrongType)('cannot be %o', (value, shown) => {
      expect(make(value)).toThrow(type(message(shown)));
    });

    test.each(wrongSize)('cannot be %o, which is out of range', (value, shown) => {
      expect(make(value)).toThrow(range(message(shown)));
    });
  });

  test('requires a limit or a signal', () => {
    expect(() => makePolicy({ on: Error, attempts: Infinity, timeout: Infinity })).toThrow(
      range('`attempts` and `timeout` must not both be Infinity without a `deadline`, `signal` or `stop`'),
    );
  });

  test('requires `on`', () => {
    expect(() => makePolicy({} as RetryOptions)).toThrow('`on` must be an error class');
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['5', 5],
    ['class Error', Error],
    ['function anonymous', () => true],
    ['an array of 1', [Error]],
  ])('refuses %s instead of options', (shown, given) => {
    expect(() => makePolicy(given as unknown as RetryOptions)).toThrow(
      type(`\`retry options\` must be an object, got ${shown}; write retry({ on: HttpError })`),
    );
  });

  test('accepts `undefined` for every option but `on`', () => {
    const names = ['attempts', 'timeout', 'waitInitial', 'waitMax', 'waitJitter', 'waitExpBase', 'name', 'signal'];
    names.push('stop', 'attemptTimeout', 'budget', 'nested', 'unref', 'onRetry', 'onGiveUp', 'onRecover', 'onSettle');
    const options = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(makePolicy({ ...options, on: Error })).toBeDefined();
  });

  test('ignores inherited fields', () => {
    const inherited = Object.assign(Object.create({ attempts: 'many', on: undefined }), { on: Error });
    expect(makePolicy(inherited)).toBeDefined();
  });

  test('accepts every option at its limits', () => {
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
      expect(makePolicy({ on: Error, ...options })).toBeDefined();
    }
  });
});

test('options are read just once', async () => {
  const options = { on: () => 0, attempts: 2 };
  const policy = retry(options);
  options.attempts = 5;
  const work = vi.fn(() => Promise.reject(new Error('always')));
  await expect(policy.run(work)).rejects.toThrow('always');
  expect(work).toHaveBeenCalledTimes(2);
});

test('an array of `on` is read just once', async () => {
  const on: ErrorConstructor[] = [RangeError];
  const policy = retry({ on, waitMax: 0 });
  on.push(Error);
  const work = vi.fn(() => Promise.reject(new Error('not matched')));
  await expect(policy.run(work)).rejects.toThrow('not matched');
  expect(work).toHaveBeenCalledTimes(1);
});

test('a function beside the options is refused', () => {
  const give = (makePolicy: unknown) => (): unknown =>
    (makePolicy as (...given: unknown[]) => unknown)({ on: Error }, () => {});
  expect(give(retry)).toThrow(type('retry takes options alone; write retry(options).run(fn)'));
  expect(give(retrySync)).toThrow(type('retrySync takes options alone; write retrySync(options).run(fn)'));
});

test('`attemptTimeout` is refused for wrapped and decorated functions', () => {
  const policy = retry({ on: Error, attemptTimeout: 5 });
  const message =
    '`attemptTimeout` must not be given for a wrapped function, which gets no signal; use run or `deadline`';
  const context = { kind: 'method', name: 'work' } as ClassMethodDecoratorContext;
  expect(() => policy(async () => {})).toThrow(type(message));
  expect(() => policy(async function* () {})).toThrow(type(message));
  expect(() => policy(async () => {}, context)).toThrow(type(message));
  expect(() => policy({}, 'work', { value: async () => {} })).toThrow(type(message));
});

test('`attemptTimeout` is refused for synchronous code', () => {
  const error = type(
    '`attemptTimeout` must not be given here: nothing can interrupt code that blocks; use retry from @stamina/core',
  );
  expect(() => retrySync({ on: Error, attemptTimeout: 5 })).toThrow(error);
  expect(() => retryContextSync({ on: Error, attemptTimeout: { seconds: 1 } })).toThrow(error);
});

describe('unknown options', () => {
  const ALLOWED =
    'on, attempts, timeout, deadline, waitInitial, waitMax, waitJitter, waitExpBase, name, signal, stop, attemptTimeout, budget, nested, unref, onRetry, onGiveUp, onRecover, onSettle';

  const unknown = (name: string, meant: string): TypeError =>
    new TypeError(`\`${name}\` is not known in retry options; did you mean \`${meant}\`? Allowed are ${ALLOWED}`);

  describe.each(Object.entries(POLICIES))('%s', (_, makePolicy) => {
    test.each([
      ['attempt', 'attempts'],
      ['atempts', 'attempts'],
      ['timeOut', 'timeout'],
      ['WAITMAX', 'waitMax'],
      ['wait_initial', 'waitInitial'],
      ['wait_max', 'waitMax'],
      ['wait_jitter', 'waitJitter'],
      ['wait_exp_base', 'waitExpBase'],
      ['expBase', 'waitExpBase'],
      ['onretry', 'onRetry'],
      ['onGiveup', 'onGiveUp'],
      ['abortSignal', 'signal'],
      ['o', 'on'],
      ['constructor', 'onRetry'],
      ['attemptsTimeout', 'attemptTimeout'],
      ['maxAttempts', 'attempts'],
      ['minTimeout', 'waitInitial'],
    ])('suggests a similar name: %s, %s', (name, meant) => {
      expect(() => makePolicy({ on: Error, [name]: undefined } as RetryOptions)).toThrow(unknown(name, meant));
    });

    test.each(['ratio', 'reserve', 'minPerSecond', 'window'])('`%s` belongs to the budget', (option) => {
      expect(() => makePolicy({ on: Error, [option]: 1 } as RetryOptions)).toThrow(
        new TypeError(`\`${option}\` belongs to the budget: write retryBudget({ ${option} })`),
      );
    });
  });

  /** Names that other libraries use, by the option of ours that they correspond to. */
  const ALIASES = {
    attempts: 'retries retry maxRetries maxAttempts maxRetryAttempts numOfAttempts limit tries retryCount',
    timeout: 'maxRetryTime maxElapsedTime totalTimeout',
    attemptTimeout: 'perTryTimeout timeoutPerAttempt requestTimeout',
    waitInitial: 'minTimeout startingDelay initialDelay delay retryDelay baseDelay minDelay initialBackoff interval',
    waitMax: 'maxTimeout maxDelay maxBackoff backoffLimit',
    waitJitter: 'randomize jitter',
    waitExpBase: 'factor backoff timeMultiple exponent multiplier backoffMultiplier',
    on: 'shouldRetry shouldConsumeRetry retryOn retryIf retryCondition handle when bail',
    onRetry: 'onFailedAttempt beforeRetry beforeSleep',
  };
  const aliases = Object.entries(ALIASES).flatMap(([option, names]) => names.split(' ').map((name) => [name, option]));

  test.each(aliases)('the name `%s` of other libraries means `%s`', (name, option) => {
    expect(() => retry({ on: Error, [name as string]: 1 } as RetryOptions)).toThrow(
      unknown(name as string, option as string),
    );
  });
});

describe('a timeout that was probably meant as seconds', () => {
  /** A new copy of the package, because the warning comes once. */
  async function freshRetry(): Promise<typeof retry> {
    vi.resetModules();
    return (await import('@stamina/core')).retry;
  }

  test.each([
    { timeout: 45, waitMax: 5 },
    { timeout: 45 },
    { timeout: 99, waitInitial: 100 },
    { timeout: 999, waitMax: 9 },
  ])('causes one warning: %o', async (times) => {
    const fresh = await freshRetry();
    expectWarning(`StaminaWarning: timeout: ${times.timeout} means ${times.timeout} ms. Did you mean seconds?`);
    fresh({ on: Error, ...times });
    fresh({ on: Error, ...times });
  });

  test('tells how to write seconds', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    onTestFinished(() => warn.mockRestore());
    (await freshRetry())({ on: Error, timeout: 45 });
    const detail = 'Write { seconds: 45 }, or { milliseconds: 45 } if you mean it.';
    expect(warn.mock.calls).toEqual([[expect.any(String), { type: 'StaminaWarning', detail }]]);
  });

  test.each([
    {},
    { timeout: 1_000, waitMax: 5 },
    { timeout: 100 },
    { timeout: 999, waitMax: 10 },
    { timeout: 45, waitMax: 0 },
    { timeout: { milliseconds: 45 } },
  ])('is none: %o', async (times) => {
    const fresh = await freshRetry();
    // A warning would fail the test.
    expect(() => fresh({ on: Error, ...times })).not.toThrow();
  });
});
