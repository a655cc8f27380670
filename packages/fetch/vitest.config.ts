import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The built file is tested; mutation tests need the sources.
const entry = process.env['STAMINA_SRC'] ? './src/index.ts' : './dist/index.js';

export default defineConfig({
  resolve: { alias: [{ find: /^@stamina\/fetch$/, replacement: fileURLToPath(new URL(entry, import.meta.url)) }] },
  test: { include: ['test/**/*.test.ts'], maxWorkers: 2, testTimeout: 10_000 },
});
