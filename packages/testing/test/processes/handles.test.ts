import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * Returns the path of another Node on this machine, if there is one. It is often the oldest version that we support.
 */
function ownNode(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, 'node');
    if (folder.includes('node_modules') || !existsSync(candidate)) continue;
    const version = execFileSync(candidate, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
    if (version !== process.versions.node && Number.parseInt(version, 10) >= 20) return candidate;
  }
  return undefined;
}

const nodes = [process.execPath, ownNode()].filter((node) => node !== undefined);

test.each(nodes)('a closed server leaves no handle open in %s', async (node) => {
  const child = spawn(node, [fileURLToPath(new URL('../fixtures/handles.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const url: string = (await lines.next()).value;
  // The clients are in this process, so all open handles of the other process belong to the server. The first
  // connection stays open and is idle.
  const agent = new Agent({ keepAlive: true });
  for (let num = 1; num <= 9; num++) {
    const client = request(url, { method: 'POST', agent }).on('error', () => {});
    client.on('response', (response) => response.on('error', () => {}).resume());
    if (num === 9) client.write('an upload without an end');
    else client.end();
    if (num === 1) await once(client, 'close');
    else await once(client, 'socket');
  }
  const { connections, tookMs, before, after } = JSON.parse((await lines.next()).value);
  expect(connections).toBeGreaterThan(7);
  expect(tookMs).toBeLessThan(5_000);
  expect(after).toEqual(before);
  expect(await once(child, 'exit')).toEqual([0, null]);
  agent.destroy();
});
