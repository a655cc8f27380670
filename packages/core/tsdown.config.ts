import { defineConfig } from 'tsdown';

// Each entry is built on its own, so that each is one file: what they share is the process-wide state, not a chunk.
export default ['src/index.ts', 'src/simulation.ts', 'src/sync.ts'].map((entry, index) =>
  defineConfig({
    entry: [entry],
    format: ['esm', 'cjs'],
    platform: 'neutral',
    target: 'es2022',
    fixedExtension: false,
    dts: { oxc: true, sourcemap: true },
    sourcemap: true,
    clean: index === 0,
  }),
);
