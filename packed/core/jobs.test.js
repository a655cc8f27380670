import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import { addRetryHook, setTesting } from '@stamina/core';
import * as jobs from './jobs.js';

const { Unavailable, unreliable, ...ways } = jobs;

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: two failures are retried, five are not`, async () => {
    const job = unreliable(2);
    assert.equal(await way(job), name);
    assert.equal(job.calls, 3);
    const hopeless = unreliable(5);
    await assert.rejects(async () => way(hopeless), new Unavailable('call 4'));
    assert.equal(hopeless.calls, 4);
  });
}

test('a hook that was added to the module hears of what CommonJS retries, and test mode holds there too', async () => {
  const { retry } = createRequire(import.meta.url)('@stamina/core');
  const told = [];
  const hook = addRetryHook(({ name, retryNum }) => void told.push(`${name} ${retryNum}`));
  const testing = setTesting(true, { attempts: 3 });
  const job = unreliable(5);
  await assert.rejects(retry({ on: Unavailable, waitInitial: 60_000, waitMax: 60_000, name: 'old' }).run(job.do));
  testing.dispose();
  hook.dispose();
  assert.deepEqual(told, ['old 1', 'old 2']);
});

test('core brings no other package', () => {
  const packages = readdirSync(new URL('node_modules', import.meta.url)).filter((name) => !name.startsWith('.'));
  assert.deepEqual(packages, ['@stamina']);
  assert.deepEqual(readdirSync(new URL('node_modules/@stamina', import.meta.url)), ['core']);
});

test('with `--enable-source-maps`, a stack trace leads to a line of the sources of core', () => {
  const program = `
    import { retry } from '@stamina/core';
    try {
      retry({ on: Error, attempts: 0 });
    } catch (error) {
      console.log(error.stack);
    }`;
  const stack = execFileSync(process.execPath, ['--enable-source-maps', '--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  const [, file, line, column] = /\((?:file:\/\/)?(\/.*?\/core\/src\/[\w/-]+\.ts):(\d+):(\d+)\)/.exec(stack) ?? [];
  const there = readFileSync(file, 'utf8')
    .split('\n')
    [line - 1].slice(column - 1);
  assert.match(there, /\w/);
});
