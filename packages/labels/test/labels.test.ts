import { connect } from 'node:net';
import { runInNewContext } from 'node:vm';
import {
  CALL_SECONDS,
  checkErrorType,
  checkMaxCallables,
  errorType,
  limitCallables,
  outcomeOf,
  RETRIES_PER_CALL,
  WAIT_SECONDS,
} from '@stamina/labels';
import { describe, expect, test } from 'vitest';

class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super('refused');
    this.status = status;
  }
}

const withFields = (fields: object): Error => Object.assign(new Error('failed'), fields);

describe('errorType', () => {
  test.each([
    ['a status', new HttpError(503), '503'],
    ['another status', new HttpError(429), '429'],
    ['the status of got and others', withFields({ statusCode: 502 }), '502'],
    ['the status of axios', withFields({ response: { status: 504 }, code: 'ERR_BAD_RESPONSE' }), '504'],
    ['the status of the SDK of AWS', withFields({ $metadata: { httpStatusCode: 400 } }), '400'],
    ['a code', withFields({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['the code of the cause', new TypeError('fetch failed', { cause: withFields({ code: 'ENOTFOUND' }) }), 'ENOTFOUND'],
    ['the status of the cause', new Error('no user', { cause: new HttpError(500) }), '500'],
    ['the SQLSTATE of a conflict', withFields({ code: '40001' }), '40001'],
    ['a class', new RangeError('no'), 'RangeError'],
    ['a class of another realm', runInNewContext('new TypeError()'), 'TypeError'],
    ['a class without a name', new (class extends HttpError {})(0), 'HttpError'],
    ['a timeout', new DOMException('late', 'TimeoutError'), 'TimeoutError'],
    ['an exception of the DOM with a name that is data', new DOMException('no', 'user 7'), 'DOMException'],
    ['text', 'user 7 is gone', 'string'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object without a class', Object.create(null), 'Object'],
  ])('names %s', (_, error, expected) => {
    expect(errorType(error)).toBe(expected);
  });

  test.each([
    ['a code', { code: 'user 7' }],
    ['a code that is a number', { code: 7 }],
    ['a status that is text', { status: '503' }],
    ['a status outside of HTTP', { status: 700 }],
    ['a status with a fraction', { status: 200.5 }],
    ['a name', { name: 'user 7' }],
    ['a response that is null', { response: null, $metadata: null }],
  ])('ignores %s that may be data', (_, fields) => {
    expect(errorType(withFields(fields))).toBe('Error');
  });

  test('tells real errors of connections apart', async () => {
    const failure = (options: { host: string; port: number }) =>
      new Promise((resolve) => connect(options).once('error', resolve));
    expect(errorType(await failure({ host: '127.0.0.1', port: 1 }))).toBe('ECONNREFUSED');
    const error = await fetch('http://127.0.0.1:2').catch((error: unknown) => error);
    expect(errorType(error)).toBe('ECONNREFUSED');
  });

  test('ends for an error that is its own cause', () => {
    const error = new HttpError(0);
    error.cause = error;
    expect(errorType(error)).toBe('HttpError');
  });

  test('never throws', () => {
    const error = {
      get status() {
        throw new Error('no');
      },
    };
    expect(errorType(error)).toBe('Object');
  });
});

describe('the option errorType', () => {
  test('names the errors that it knows, and leaves all others to the default', () => {
    const check = checkErrorType('errorType', (error: unknown) => (error instanceof RangeError ? 'range' : undefined));
    expect([new RangeError(), new HttpError(503)].map(check)).toEqual(['range', '503']);
  });

  test('must be a function', () => {
    expect(() => checkErrorType('errorType', 'status')).toThrow(
      new TypeError('`errorType` must be a function, got "status"'),
    );
  });
});

describe('maxCallables', () => {
  test('limits how many names there are', () => {
    const callable = limitCallables(2);
    expect(['a', 'b', 'c', 'a', 'd'].map(callable)).toEqual(['a', 'b', '_OTHER', 'a', '_OTHER']);
  });

  test('must be an integer of at least 1', () => {
    expect(checkMaxCallables('maxCallables', 7)).toBe(7);
    expect(() => checkMaxCallables('maxCallables', 0)).toThrow(RangeError);
    expect(() => checkMaxCallables('maxCallables', '7')).toThrow(TypeError);
  });
});

test.each([
  [undefined, 1, 'succeeded'],
  [undefined, 2, 'recovered'],
  ['attempts', 3, 'gave_up'],
  ['deadline', 1, 'gave_up'],
  ['timeout', 1, 'gave_up'],
  ['budget', 1, 'gave_up'],
  ['unmatched', 1, 'unmatched'],
  ['stopped', 1, 'aborted'],
  ['aborted', 2, 'aborted'],
] as const)('a call with the reason %s and %i attempts has the outcome %s', (reason, attempt, outcome) => {
  expect(outcomeOf(reason, attempt)).toBe(outcome);
});

test.each(Object.entries({ CALL_SECONDS, RETRIES_PER_CALL, WAIT_SECONDS }))('the bounds of %s rise', (_, bounds) => {
  expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
});
