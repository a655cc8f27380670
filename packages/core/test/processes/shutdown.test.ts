import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { path } from './child.ts';

const PATHS = ['/succeeding', '/failing', '/waiting', '/judging', '/spinning', '/wrapped', '/loop'];

/** Requests a path of the service. Resolves with the body. */
async function request(port: string, path: string): Promise<string> {
  const [response] = await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response');
  return text(response);
}

test('a service that gets SIGTERM answers every call, and then exits', { timeout: 30_000 }, async () => {
  const service = spawn(process.execPath, [path('fixtures/service.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  service.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const says = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(output)) await once(service.stdout, 'data');
    return pattern.exec(output)?.[1] ?? '';
  };
  const port = await says(/port (\d+)/);
  const answers = Promise.all(PATHS.map(async (path) => [path, await request(port, path)]));
  await Promise.all(PATHS.map((path) => says(new RegExp(`${path}\n`))));
  service.kill('SIGTERM');
  const [exit, answered] = await Promise.all([once(service, 'exit'), answers]);
  expect(Object.fromEntries(answered)).toEqual({
    ...Object.fromEntries(PATHS.map((path) => [path, 'unavailable'])),
    '/succeeding': 'done',
  });
  expect(exit).toEqual([0, null]);
});
