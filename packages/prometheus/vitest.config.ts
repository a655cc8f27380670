import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

export default defineConfig({
  root: import.meta.dirname,
  // The tests run against the build, because that is what is published.
  resolve: {
    alias: [{ find: /^@stamina\/prometheus$/, replacement: fileURLToPath(new URL('dist/index.js', import.meta.url)) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    // Prometheus scrapes once a second, and a rate needs two scrapes.
    testTimeout: 45_000,
    hookTimeout: 90_000,
  },
});
