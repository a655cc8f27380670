import { defineConfig } from 'vitest/config';
import { noSkips } from '../../../../vitest.no-skips.ts';

// Real runtimes and a browser, beside the package's own tests since they take their time.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    setupFiles: ['../../../../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
