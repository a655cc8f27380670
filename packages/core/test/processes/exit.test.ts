import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { node, path } from './child.ts';

const run = (name: string, unref?: 'unref') =>
  node([path('fixtures/exit.js'), name, ...(unref ? [unref] : [])], 20_000);

describe.concurrent('a process', { timeout: 30_000 }, () => {
  test('stays alive for a waiting retry', async () => {
    expect(await run('waiting')).toEqual({ code: 0, output: 'gave up\n' });
  });

  test('exits despite a waiting retry with `unref`', async () => {
    expect(await run('waiting', 'unref')).toEqual({ code: 0, output: '' });
    expect(await run('waiting-long', 'unref')).toEqual({ code: 0, output: '' });
  });

  test('makes a retry with `unref` if it stays alive', async () => {
    expect(await run('kept', 'unref')).toEqual({ code: 0, output: 'gave up\nkept\n' });
  });

  test('stays alive for an attemptTimeout without `unref`', async () => {
    expect(await run('attempting')).toEqual({ code: 0, output: 'TimeoutError\n' });
    expect(await run('attempting', 'unref')).toEqual({ code: 0, output: '' });
  });

  test('exits after a call has ended in any way', async () => {
    const { code, output } = await run('ended');
    expect(output.trim().split('\n')).toEqual([
      'success: nothing',
      'attempts: nothing',
      'timeout: nothing',
      'zero waits: nothing',
      'deadline: nothing',
      'many calls with a deadline: nothing',
      'loop: nothing',
      'a loop left while it waits: nothing',
      'abort: nothing',
    ]);
    expect(code).toBe(0);
  });
});

describe('memory', () => {
  test('calls that share a signal do not leak memory', { timeout: 60_000 }, async () => {
    const { code, output } = await node(['--expose-gc', path('fixtures/memory.js')]);
    expect(code).toBe(0);
    // A listener alone takes more than 100 bytes.
    expect((JSON.parse(output) as { bytesPerCall: number }).bytesPerCall).toBeLessThan(50);
  });
});

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
