import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What is published is what is tested; mutation tests change the source, and so run against it.
const entry = process.env['STAMINA_SRC'] ? 'src/index.ts' : 'dist/index.js';

export default defineConfig({
  resolve: {
    alias: { '@stamina/testing': fileURLToPath(new URL(entry, import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../vitest.setup.ts'],
    maxWorkers: 2,
  },
});
