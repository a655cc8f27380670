import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

// What is published is what is tested; only mutation tests, which change the sources, run against those.
const entry = process.env.STRYKER_MUTATOR_WORKER ? 'src/index.ts' : 'dist/index.js';

export default defineConfig({
  root: import.meta.dirname,
  resolve: { alias: [{ find: /^@stamina\/fetch$/, replacement: fileURLToPath(new URL(entry, import.meta.url)) }] },
  test: {
    include: ['test/**/*.test.ts'],
    // What runs the built files in other processes sees no mutant.
    exclude: process.env.STRYKER_MUTATOR_WORKER ? ['test/processes/**'] : [],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    testTimeout: 15_000,
  },
});
