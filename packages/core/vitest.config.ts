import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { noSkips } from '../../vitest.no-skips.ts';

// What is published is what is tested; only mutation tests, which change the sources, run against those.
const from = (name: string) =>
  fileURLToPath(new URL(process.env.STRYKER_MUTATOR_WORKER ? `src/${name}.ts` : `dist/${name}.js`, import.meta.url));

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    alias: [
      { find: /^@stamina\/core$/, replacement: from('index') },
      { find: '@stamina/core/library', replacement: from('library') },
      { find: '@stamina/core/simulation', replacement: from('simulation') },
      { find: '@stamina/core/sync', replacement: from('sync') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // What runs the built files in other processes sees no mutant.
    exclude: process.env.STRYKER_MUTATOR_WORKER ? ['test/processes/**'] : [],
    setupFiles: ['../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
