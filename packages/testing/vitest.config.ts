import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

// Tests run against the built files. Only mutation tests run against the sources, because they change them.
const entry = process.env.STRYKER_MUTATOR_WORKER ? 'src/$1.ts' : 'dist/$1.js';
const path = fileURLToPath(new URL(entry, import.meta.url));

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    alias: [
      { find: /^@stamina\/testing$/, replacement: path.replace('$1', 'index') },
      { find: /^@stamina\/testing\/(\w+)$/, replacement: path },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // These tests run the built files in other processes, where mutants have no effect.
    exclude: process.env.STRYKER_MUTATOR_WORKER ? ['test/processes/**', 'test/readme.test.ts'] : [],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
