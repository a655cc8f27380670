import { defineConfig } from 'vitest/config';
import { noSkips } from '../vitest.no-skips.ts';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../vitest.setup.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
