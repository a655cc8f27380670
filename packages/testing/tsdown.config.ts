import { defineConfig } from 'tsdown';

// Each entry is built separately, so that each has one file of code and one of types. They share nothing but the state of core.
export default ['src/index.ts', 'src/vitest.ts', 'src/jest.ts', 'src/node.ts'].map((entry, index) =>
  defineConfig({
    entry: [entry],
    format: ['esm', 'cjs'],
    platform: 'node',
    target: 'es2022',
    fixedExtension: false,
    dts: { oxc: true, sourcemap: true },
    sourcemap: true,
    clean: index === 0,
  }),
);
