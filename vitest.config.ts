import { defineConfig } from 'vitest/config';
import { noSkips } from './vitest.no-skips.ts';

// All packages at once, without turbo, so that CI can run them under another Node than the repository's own.
// The examples are written for that one.
export default defineConfig({
  test: { projects: ['packages/*'], reporters: ['default', noSkips], maxWorkers: 2 },
});
