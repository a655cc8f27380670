import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROMISES } from './smoke.js';
import { smokeServer } from './smoke-server.ts';

const execute = promisify(execFile);
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const installed = (name: string): string => path(`../../node_modules/.bin/${name}`);

const kept = Object.fromEntries(PROMISES.map((promise) => [promise, 'ok']));

/** The machine's own Node, where it has one beside the workspace's: often the oldest that is promised. */
async function ownNode(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, 'node');
    if (folder.includes('node_modules') || !existsSync(candidate)) continue;
    const { stdout } = await execute(candidate, ['-p', 'process.versions.node']);
    if (stdout.trim() !== process.versions.node && Number.parseInt(stdout, 10) >= 20) return candidate;
  }
  return undefined;
}

const node = await ownNode();
const runtimes: [string, [string, ...string[]]][] = [
  ['Node, as the workspace has it', [process.execPath]],
  ...(node === undefined ? [] : ([['Node, as the machine has it', [node]]] as [string, [string]][])),
  ['Bun', [installed('bun')]],
  ['Deno', [installed('deno'), 'run', '-A']],
];

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
