import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    // The package has no build of its own, because the other packages bundle its source.
    alias: { '@stamina/validation': fileURLToPath(new URL('src/index.ts', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    // Properties take a while on a busy machine.
    testTimeout: 30_000,
  },
});
