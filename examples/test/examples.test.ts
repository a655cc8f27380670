import { exec } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { ENVIRONMENT } from './environment.ts';

/** Runs a command in this package's folder, as a user would; tells what it printed. */
async function output(command: string): Promise<string[]> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { stdout, stderr } = await promisify(exec)(command, { cwd, env: ENVIRONMENT });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

it('runs run.ts, whose third attempt succeeds', async () => {
  expect(await output('node run.ts')).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'hello Ada']);
});

it('runs function.ts, which tells of two retries by the name of the function', async () => {
  expect(await output('node function.ts')).toEqual([
    'getUser: retry 1 after Error: 503 Service Unavailable',
    'getUser: retry 2 after Error: 500 Internal Server Error',
    'hello Ada',
  ]);
});

it('runs method.ts, which tells of two retries by the name of the class and the method', async () => {
  expect(await output(manifest.scripts.method)).toEqual([
    'Users.get: retry 1 after Error: 503 Service Unavailable',
    'Users.get: retry 2 after Error: 500 Internal Server Error',
    'hello Ada',
  ]);
});

it('runs loop.ts, which takes a missing user for an answer', async () => {
  expect(await output('node loop.ts')).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'hello nobody']);
});

it('runs fetch.ts, which sends a POST again only with a key, and then the same', async () => {
  expect(await output('node fetch.ts')).toEqual([
    'GET: retry 1 after 503',
    'hello Ada',
    'order without a key: 503',
    'POST: retry 1 after TypeError: fetch failed',
    'order with a key: 201',
    'keys: order-1,order-1',
  ]);
});
