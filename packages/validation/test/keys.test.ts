import { checkKeys, type Owner } from '@stamina/validation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

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
    ['deadline', 'timeout'],
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
