import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  dts: { oxc: true, sourcemap: true },
  sourcemap: true,
  // Simplifies expressions, which users' own bundlers would not all do, and keeps names, comments and lines.
  minify: { compress: true, mangle: false, codegen: false },
});
