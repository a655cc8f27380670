import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globals: true, setupFiles: ['@stamina/testing/vitest'], include: ['globals.spec.ts'] },
});
