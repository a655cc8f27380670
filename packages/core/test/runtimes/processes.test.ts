import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { scriptRuntimes } from '../../../../vitest.runtimes.ts';
import { PROMISES } from './smoke.js';

const execute = promisify(execFile);
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const installed = (name: string): string => path(`../../node_modules/.bin/${name}`);

const kept = Object.fromEntries(PROMISES.map((promise) => [promise, 'ok']));

/** Runs a command to its end, within a time; tells what it wrote. A warning of the runtime is no part of that. */
async function run([command, ...args]: [string, ...string[]]): Promise<string> {
  const { stdout } = await execute(command, args, { timeout: 30_000, killSignal: 'SIGKILL' });
  return stdout;
}

const runtimes = scriptRuntimes(installed);

describe.each(runtimes)('in %s', (_, command) => {
  const file = (name: string, ...args: string[]): Promise<string> => run([...command, path(name), ...args]);

  test('core keeps its promises, as a module and as CommonJS', async () => {
    expect(JSON.parse(await file('main.js'))).toEqual({ esm: kept, cjs: kept });
  });

  test('a retry that waits keeps the process, and with `unref` does not', async () => {
    const exit = '../fixtures/exit.js';
    const outputs = [
      await file(exit, 'waiting'),
      await file(exit, 'waiting', 'unref'),
      await file(exit, 'waiting-long', 'unref'),
      await file(exit, 'kept', 'unref'),
      await file(exit, 'attempting', 'unref'),
    ];
    expect(outputs).toEqual(['gave up\n', '', '', 'gave up\nkept\n', '']);
  });
});

test('in workerd, core keeps its promises', async () => {
  const output = await run([installed('workerd'), 'test', path('worker.capnp')]);
  expect(JSON.parse(output)).toEqual(kept);
});
