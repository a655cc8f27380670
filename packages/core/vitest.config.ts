import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The built files are tested; mutation tests need the sources.
const from = (name: string) =>
  fileURLToPath(new URL(process.env['STAMINA_SRC'] ? `src/${name}.ts` : `dist/${name}.js`, import.meta.url));

export default defineConfig({
  resolve: { alias: [{ find: /^@stamina\/core$/, replacement: from('index') }, { find: '@stamina/core/sync', replacement: from('sync') }] },
  test: { include: ['test/**/*.test.ts'], maxWorkers: 2 },
});
