import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const run = (...args: string[]): string[] =>
  execFileSync(process.execPath, args, { cwd: PACKAGE, encoding: 'utf8' }).trim().split('\n');

test.each(['--import', '--require'])('%s reports the retries of an application that knows nothing of it', (flag) => {
  // Only the second retry is in the metrics, because the application starts its SDK after the first.
  expect(run(flag, '@stamina/opentelemetry/register', 'test/fixtures/app.js')).toEqual([
    "stamina.retries { 'stamina.callable': 'load', 'error.type': 'TypeError' } 1",
    "stamina.call.retries { 'stamina.callable': 'load', 'stamina.outcome': 'recovered' } 1",
    "stamina.call.duration { 'stamina.callable': 'load', 'stamina.outcome': 'recovered' } 1",
    "stamina.retry.wait { 'stamina.callable': 'load' } 1",
    "stamina.retry.waiting { 'stamina.callable': 'load' } 0",
  ]);
});

test('the ES module and the CommonJS build add one hook together', () => {
  const program = `
    const { getRetryHooks } = require('@stamina/core');
    require('@stamina/opentelemetry/register');
    import('@stamina/opentelemetry/register').then(() => console.log(getRetryHooks().length));`;
  expect(run('--input-type=commonjs', '--eval', program)).toEqual(['1']);
});
