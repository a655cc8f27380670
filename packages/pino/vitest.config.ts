import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    // The tests run against the build, because that is what is published.
    alias: { '@stamina/pino': fileURLToPath(new URL('dist/index.js', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    // Some tests start processes, which takes a while on a busy machine.
    testTimeout: 30_000,
  },
});
