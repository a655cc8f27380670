import { runInNewContext } from 'node:vm';
import { retry } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';

class HttpError extends Error {}
class Renamed extends Error {
  override readonly name = `failed at ${Date.now()}`;
}
class Named extends Error {
  static override readonly name: string = 'GivenName';
}
class Counted extends Error {}
Object.defineProperty(Counted, 'name', { value: 5 });

function Old(this: Error): void {}
Old.prototype = Object.create(Error.prototype, { constructor: { value: Old } });

const withOwnName = new Error('cancelled');
withOwnName.name = 'AbortError';

const thrown: [what: string, value: unknown, errorType: string][] = [
  ['an error', new TypeError('fetch failed'), 'TypeError'],
  ['an error of a class of the user', new HttpError('503'), 'HttpError'],
  ['an error with a name field of its own', new Renamed(), 'Renamed'],
  ['an error that was given a name', withOwnName, 'Error'],
  ['an error of a class with a name of its own', new Named(), 'GivenName'],
  ['an error of a class whose name is no string', new Counted(), 'Error'],
  ['an error of a class without a name', new (class extends RangeError {})(), 'RangeError'],
  ['an error of a class in ES5', Reflect.construct(Old, []), 'Old'],
  ['an error of another realm', runInNewContext('new RangeError()'), 'RangeError'],
  ['a timeout', new DOMException('late', 'TimeoutError'), 'TimeoutError'],
  ['an abort', new DOMException('enough', 'AbortError'), 'AbortError'],
  ['a DOMException with any other name', new DOMException('odd', `number ${Date.now()}`), 'DOMException'],
  ['an object', { constructor: { name: 'anything' } }, 'Object'],
  ['an object without a class', Object.create(null), 'Object'],
  ['a string', 'down', 'string'],
  ['a number', 503, 'number'],
  ['a function', () => {}, 'function'],
  ['null', null, 'null'],
  ['undefined', undefined, 'undefined'],
];

test.each(thrown)('the error type of %s is its class or its type', async (_, value, errorType) => {
  const registry = new Registry();
  let failed = false;
  await retry({ on: () => 0, ...prometheusHook({ registry }) }).run(() => {
    if (failed) return;
    failed = true;
    throw value;
  });
  expect(await registry.metrics()).toContain(`,error_type="${errorType}"} 1\n`);
});
