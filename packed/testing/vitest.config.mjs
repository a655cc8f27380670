import { defineConfig } from 'vitest/config';

// Vitest is started in a folder, and runs the tests of that folder. The tests in `typed` use globals.
export default defineConfig({
  test: {
    root: process.cwd(),
    globals: process.cwd().endsWith('typed'),
    setupFiles: ['@stamina/testing/vitest'],
    include: ['*.test.mjs', 'vitest.mjs', 'globals.spec.ts'],
  },
});
