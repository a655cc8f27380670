import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What is published is what is tested; mutation tests change the source, and so run against it.
const from = (name: string) =>
  fileURLToPath(new URL(process.env['STAMINA_SRC'] ? `src/${name}.ts` : `dist/${name}.js`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@stamina\/core$/, replacement: from('index') },
      { find: '@stamina/core/sync', replacement: from('sync') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../vitest.setup.ts'],
    maxWorkers: 2,
  },
});
