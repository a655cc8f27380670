import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    // What is published is what is tested.
    alias: { '@stamina/pino': fileURLToPath(new URL('dist/index.js', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    // Some start processes, which takes a while where the machine is busy.
    testTimeout: 30_000,
  },
});
