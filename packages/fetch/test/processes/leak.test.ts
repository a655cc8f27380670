import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { flakyServer } from '@stamina/testing';
import { expect, test } from 'vitest';

const CALLS = 3_000;

test('3,000 retried calls on one signal leave nothing behind', async () => {
  const bodies: Record<string, object> = {
    '/100': { body: 'x'.repeat(100) },
    '/100000': { body: 'x'.repeat(100_000) },
    '/endless': { endless: true },
  };
  let failed = false;
  await using server = await flakyServer(({ path }) => {
    server.requests.length = 0;
    failed = !failed;
    return failed ? { status: 503, ...bodies[path] } : { body: 'hello' };
  });
  const child = fork(
    fileURLToPath(new URL('leak-child.ts', import.meta.url)),
    ['many-calls', server.url, String(CALLS)],
    {
      execArgv: ['--expose-gc'],
    },
  );
  const [left] = (await once(child, 'message')) as [{ grown: number; byRuntime: number }];
  child.kill();
  expect(left).toMatchObject({ active: 0, listeners: 0, warnings: 0 });
  // Node 22 itself keeps memory for joined signals, and the amount varies a little. Later versions keep none.
  expect(left.grown - 1.5 * left.byRuntime).toBeLessThan(300_000);
}, 180_000);

test.each(['import', 'GET', 'POST'])(
  'the sandbox that loaded the package is garbage-collected: %s',
  async (use) => {
    await using server = await flakyServer((request) => ({ status: request.num % 2 ? 503 : 200 }));
    const child = fork(fileURLToPath(new URL('leak-child.ts', import.meta.url)), ['sandbox', use, server.url], {
      execArgv: ['--expose-gc'],
    });
    const [outcome] = await once(child, 'message');
    child.kill();
    expect(outcome).toBe('collected');
  },
  60_000,
);
