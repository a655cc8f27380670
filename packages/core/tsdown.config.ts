import { copyFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'tsdown';
import { dropPackedSources } from '../../scripts/source-maps.ts';

const ENTRIES = ['index', 'library', 'sync', 'simulation'];

const SHARED: UserConfig = { platform: 'neutral', target: 'es2022', fixedExtension: false };
const CODE: UserConfig = {
  ...SHARED,
  format: ['esm', 'cjs'],
  dts: false,
  sourcemap: true,
  // Simplifies expressions, which users' own bundlers would not all do, and keeps names, comments and lines.
  minify: { compress: true, mangle: false, codegen: false },
  hooks: {
    'build:done': ({ chunks }) =>
      dropPackedSources(
        import.meta.dirname,
        chunks.map(({ fileName }) => fileName),
      ),
  },
};

const sourceOf = (name: string): string => `src/${name}.ts`;

export default [
  // The main entry and the one for libraries are names alone. What they lead to is one file, which a process loads once.
  defineConfig({
    ...CODE,
    entry: [sourceOf('index'), sourceOf('library')],
    outputOptions: (options, format) => ({
      ...options,
      chunkFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
      codeSplitting: { groups: [{ name: 'core' }] },
    }),
  }),
  // These are one file each and share only the state of the process, because most programs that load them load nothing
  // else of core: with a shared file, importing them took half as long again.
  ...['sync', 'simulation'].map((name) => defineConfig({ ...CODE, entry: [sourceOf(name)], clean: false })),
  // Each entry has its declarations in one file, which is what an editor shows and what the snapshots in `api` hold. They
  // import nothing, so the same text serves CommonJS.
  ...ENTRIES.map((name) =>
    defineConfig({
      ...SHARED,
      entry: [sourceOf(name)],
      format: ['esm'],
      dts: { oxc: true, sourcemap: true, emitDtsOnly: true },
      clean: false,
      hooks: { 'build:done': () => copyFileSync(`dist/${name}.d.ts`, `dist/${name}.d.cts`) },
    }),
  ),
];
