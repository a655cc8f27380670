import { defineConfig } from 'tsdown';

// Each entry is built on its own, so that each is one file, and its types are, too: what they share is the state of core.
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
