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
