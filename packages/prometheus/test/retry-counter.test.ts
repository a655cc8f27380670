import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { Registry, register } from 'prom-client';
import { afterEach, expect, test } from 'vitest';

afterEach(() => register.clear());

test('getRetryCounter always finds the counter of the hook', () => {
  const counter = getRetryCounter();
  prometheusHook();
  expect(getRetryCounter()).toBe(counter);
  expect(register.getSingleMetric('stamina_retries_total')).toBe(counter);
});

test('getRetryCounter finds a counter per registry', () => {
  const registry = new Registry();
  expect(getRetryCounter(registry)).toBe(registry.getSingleMetric('stamina_retries_total'));
  expect(getRetryCounter(registry)).not.toBe(getRetryCounter());
});

test.each([
  ['an object', { registry: register }],
  ['null', null],
  ['"stamina_"', 'stamina_'],
])('getRetryCounter refuses anything but a registry: %s', (shown, given) => {
  expect(() => getRetryCounter(given as unknown as Registry)).toThrow(
    new TypeError(
      `\`registry\` must be a Registry of prom-client, such as its \`register\`, got ${shown}; write getRetryCounter(registry)`,
    ),
  );
});
