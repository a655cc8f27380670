import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { scriptRuntimes } from '../../../../vitest.runtimes.ts';
import { PROMISES } from './smoke.js';
import { smokeServer } from './smoke-server.ts';

const execute = promisify(execFile);
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const installed = (name: string): string => path(`../../node_modules/.bin/${name}`);

const kept = Object.fromEntries(PROMISES.map((promise) => [promise, 'ok']));

const runtimes = scriptRuntimes(installed);

test.each(runtimes)('in %s, fetch keeps its promises, as a module and as CommonJS', async (_, [command, ...args]) => {
  const servers = [await smokeServer(), await smokeServer()];
  try {
    const { stdout } = await execute(command, [...args, path('main.js'), JSON.stringify(servers)], {
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    expect(JSON.parse(stdout)).toEqual({ esm: kept, cjs: kept });
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
});

test('in workerd, fetch keeps its promises', async () => {
  const server = await smokeServer();
  try {
    const { stdout } = await execute(installed('workerd'), ['test', path('worker.capnp')], {
      timeout: 60_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, URLS: JSON.stringify(server) },
    });
    expect(JSON.parse(stdout)).toEqual(kept);
  } finally {
    await server.close();
  }
});
