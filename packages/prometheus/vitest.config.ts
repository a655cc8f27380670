import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

export default defineConfig({
  root: import.meta.dirname,
  // What is published is what is tested.
  resolve: {
    alias: [{ find: /^@stamina\/prometheus$/, replacement: fileURLToPath(new URL('dist/index.js', import.meta.url)) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    // Prometheus looks once a second, and some of what it shows needs two looks.
    testTimeout: 45_000,
    hookTimeout: 90_000,
  },
});
