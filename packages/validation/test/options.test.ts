import {
  checkBoolean,
  checkKeys,
  checkNumber,
  checkOptions,
  checkString,
  isAtLeast,
  type OptionTable,
  type Owner,
} from '@stamina/validation';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

interface Settings {
  readonly name: string | undefined;
  readonly wait: number;
  readonly unref: boolean;
}
const TABLE: OptionTable<Settings> = {
  name: { check: checkString },
  wait: { default: 100, check: checkNumber(isAtLeast(0), 'a number of at least 0') },
  unref: { default: false, check: checkBoolean },
};
const DEFAULTS: Settings = { name: undefined, wait: 100, unref: false };
const resolve = (given: unknown): Settings => checkOptions('test options', given, TABLE, 'write test({ wait: 5 })');

describe('checkOptions', () => {
  test('fills in the defaults', () => {
    expect(resolve({})).toStrictEqual(DEFAULTS);
    expect(resolve({ wait: 5 })).toStrictEqual({ ...DEFAULTS, wait: 5 });
  });

  test('treats undefined like an option that is left out', () => {
    expect(resolve({ name: undefined, wait: undefined, unref: undefined })).toStrictEqual(DEFAULTS);
  });

  test('does not replace null by the default', () => {
    expect(() => resolve({ wait: null })).toThrow(new TypeError('`wait` must be a number of at least 0, got null'));
  });

  test('does not check defaults', () => {
    const check = vi.fn();
    expect(checkOptions('test options', {}, { wait: { default: 'none', check } }, '')).toEqual({ wait: 'none' });
    expect(check).not.toHaveBeenCalled();
  });

  test('uses what a check returns', () => {
    const check = (name: string, value: unknown): string => `${name} ${value}`;
    expect(checkOptions('test options', { wait: 5 }, { wait: { check } }, '')).toEqual({ wait: 'wait 5' });
  });

  test('passes on what a check throws', () => {
    expect(() => resolve({ wait: -1 })).toThrow(new RangeError('`wait` must be a number of at least 0, got -1'));
  });

  test('returns all options in the order of the table', () => {
    expect(Object.keys(resolve({ unref: true, name: 'load' }))).toEqual(['name', 'wait', 'unref']);
  });

  test('leaves the given options as they are', () => {
    const given = Object.freeze({ wait: 5 });
    expect(resolve(given)).not.toBe(given);
    expect(TABLE.wait.default).toBe(100);
  });

  test('accepts an object without a prototype', () => {
    expect(resolve(Object.assign(Object.create(null), { wait: 5 }))).toEqual({ ...DEFAULTS, wait: 5 });
  });

  test('ignores inherited options', () => {
    expect(resolve(Object.create({ wait: 5, unknown: true }))).toStrictEqual(DEFAULTS);
  });

  test('ignores options on Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'wait', { value: 5, configurable: true });
    try {
      expect(resolve({})).toStrictEqual(DEFAULTS);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'wait');
    }
  });

  test.each(Object.getOwnPropertyNames(Object.prototype))('does not know the option %s', (name) => {
    expect(() => resolve(Object.fromEntries([[name, 1]]))).toThrow(`\`${name}\` is not known in test options; `);
  });

  test('returns each given option, and the default for each other', () => {
    const given = fc.record({ name: fc.string(), wait: fc.nat(), unref: fc.boolean() }, { requiredKeys: [] });
    fc.assert(
      fc.property(given, (options) => {
        expect(resolve(options)).toEqual({ ...DEFAULTS, ...options });
      }),
    );
  });
});

describe('the keys of options', () => {
  describe('checkKeys', () => {
    const KNOWN = [
      'on',
      'attempts',
      'timeout',
      'waitInitial',
      'waitMax',
      'waitJitter',
      'waitExpBase',
      'name',
      'attemptTimeout',
      'onRetry',
    ];
    const check = (given: unknown, known: readonly string[] = KNOWN, owners?: readonly Owner[]): void =>
      checkKeys('retry options', given, known, 'write retry({ on: HttpError })', owners);

    test('accepts known keys only', () => {
      expect(check({})).toBeUndefined();
      expect(check({ on: Error, timeout: 5 })).toBeUndefined();
      expect(() => check({ on: Error, timeOut: 5 })).toThrow(
        new TypeError(
          `\`timeOut\` is not known in retry options; did you mean \`timeout\`? Allowed are ${KNOWN.join(', ')}`,
        ),
      );
    });

    test.each([
      ['undefined', undefined],
      ['null', null],
      ['5', 5],
      ['"on"', 'on'],
      ['an array of 1', [Error]],
      ['class Error', Error],
    ])('refuses anything but an object: %s', (shown, given) => {
      expect(() => check(given)).toThrow(
        new TypeError(`\`retry options\` must be an object, got ${shown}; write retry({ on: HttpError })`),
      );
    });

    test.each([
      ['retries', 'attempts'],
      ['maxRetries', 'attempts'],
      ['maxRetryAttempts', 'attempts'],
      ['maxAttempts', 'attempts'],
      ['numOfAttempts', 'attempts'],
      ['limit', 'attempts'],
      ['minTimeout', 'waitInitial'],
      ['startingDelay', 'waitInitial'],
      ['delay', 'waitInitial'],
      ['retryDelay', 'waitInitial'],
      ['maxTimeout', 'waitMax'],
      ['maxDelay', 'waitMax'],
      ['maxRetryTime', 'timeout'],
      ['factor', 'waitExpBase'],
      ['backoff', 'waitExpBase'],
      ['randomize', 'waitJitter'],
      ['maxElapsedTime', 'timeout'],
      ['perTryTimeout', 'attemptTimeout'],
      ['retryCondition', 'on'],
      ['bail', 'on'],
      ['backoffLimit', 'waitMax'],
      ['shouldRetry', 'on'],
      ['shouldConsumeRetry', 'on'],
      ['retryOn', 'on'],
      ['onFailedAttempt', 'onRetry'],
      ['beforeRetry', 'onRetry'],
    ])('knows what other libraries call our options: %s is %s', (alias, option) => {
      expect(() => check({ [alias]: 1 })).toThrow(`did you mean \`${option}\`?`);
    });

    test.each([
      ['attempst', 'attempts'],
      ['Timeout', 'timeout'],
      ['maxWait', 'waitMax'],
      ['onretry', 'onRetry'],
      ['wait_initial', 'waitInitial'],
      ['wait_max', 'waitMax'],
      ['wait_jitter', 'waitJitter'],
      ['wait_exp_base', 'waitExpBase'],
      ['nam', 'name'],
    ])('suggests the most similar name: %s is %s', (misspelt, option) => {
      expect(() => check({ [misspelt]: 1 })).toThrow(`did you mean \`${option}\`?`);
    });

    test('prefers aliases to similar names', () => {
      expect(() => check({ minTimeout: 1 }, ['timeout', 'waitInitial'])).toThrow('did you mean `waitInitial`?');
      expect(() => check({ minTimeout: 1 }, ['timeout', 'waitMax'])).toThrow('did you mean `timeout`?');
    });

    test('suggests a known name for any other', () => {
      fc.assert(
        fc.property(
          fc.string().filter((name) => !KNOWN.includes(name)),
          (name) => {
            const found = ((): unknown => {
              try {
                return check(Object.fromEntries([[name, 1]]));
              } catch (error) {
                return error;
              }
            })();
            expect(found).toBeInstanceOf(TypeError);
            expect(KNOWN.map((known) => `did you mean \`${known}\`? Allowed are on, `)).toContainEqual(
              expect.toSatisfy((hint: string) => String(found).includes(hint)),
            );
          },
        ),
      );
    });

    describe('with owners', () => {
      const owners: readonly Owner[] = [
        { names: ['timeout', 'retries'], place: 'the policy: write retry' },
        { names: ['timeout', 'headers'], place: 'the request: write fetch' },
      ];

      test('says where an option belongs', () => {
        expect(() => check({ timeout: 5 }, ['signal', 'name'], owners)).toThrow(
          new TypeError('`timeout` belongs to the policy: write retry({ timeout })'),
        );
        expect(() => check({ headers: {} }, ['signal', 'name'], owners)).toThrow(
          new TypeError('`headers` belongs to the request: write fetch({ headers })'),
        );
      });

      test('prefers the owner to aliases', () => {
        expect(() => check({ retries: 5 }, ['attempts'], owners)).toThrow(
          '`retries` belongs to the policy: write retry({ retries })',
        );
      });

      test('accepts a known option that has an owner too', () => {
        expect(check({ timeout: 5 }, ['timeout'], owners)).toBeUndefined();
      });

      test('suggests a name for an option without an owner', () => {
        expect(() => check({ signl: 5 }, ['signal', 'name'], owners)).toThrow('did you mean `signal`?');
      });
    });

    test('ignores inherited keys, hidden keys and symbols', () => {
      expect(check(Object.create({ unknown: 1 }, { hidden: { value: 1 } }))).toBeUndefined();
      expect(check({ [Symbol('unknown')]: 1 })).toBeUndefined();
    });
  });
});
