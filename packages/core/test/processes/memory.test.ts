import { expect, test } from 'vitest';
import { node, path } from './child.ts';

test('calls that share a signal do not leak memory', { timeout: 60_000 }, async () => {
  const { code, output } = await node(['--expose-gc', path('fixtures/memory.js')]);
  expect(code).toBe(0);
  // A listener alone takes more than 100 bytes.
  expect((JSON.parse(output) as { bytesPerCall: number }).bytesPerCall).toBeLessThan(50);
});
