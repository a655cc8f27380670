import { defineConfig } from 'vitest/config';
import { noSkips } from '../../../vitest.no-skips.ts';

// The built site, in a browser: `pnpm docs:build` makes it.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    reporters: ['default', noSkips],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
