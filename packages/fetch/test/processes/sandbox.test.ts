import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { flakyServer } from '@stamina/testing';
import { expect, test } from 'vitest';

test.each(['import', 'GET', 'POST'])(
  'the sandbox that loaded the package is garbage-collected: %s',
  async (use) => {
    await using server = await flakyServer((request) => ({ status: request.num % 2 ? 503 : 200 }));
    const child = fork(fileURLToPath(new URL('sandbox-child.ts', import.meta.url)), [use, server.url], {
      execArgv: ['--expose-gc'],
    });
    const [outcome] = await once(child, 'message');
    child.kill();
    expect(outcome).toBe('collected');
  },
  60_000,
);
