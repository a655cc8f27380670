// Builds the package in whose folder tsdown is started: every entry of its `exports`, as an ES module and as CommonJS.
// Core has a configuration of its own.
import { basename } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';
import { packages } from '../scripts/packages.ts';
import { dropPackedSources } from '../scripts/source-maps.ts';

const SHARED: UserConfig = {
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'es2022',
  fixedExtension: false,
  dts: { oxc: true, sourcemap: true },
  sourcemap: true,
  hooks: {
    'build:done': ({ chunks }) =>
      dropPackedSources(
        process.cwd(),
        chunks.map(({ fileName }) => fileName),
      ),
  },
};

const folder = basename(process.cwd());
const entries = packages
  .filter((found) => found.folder === folder)
  .flatMap((found) => found.entries.map(({ esm }) => `src/${basename(esm, '.js')}.ts`));

/** The packages that differ from the default. */
const FORMS: Record<string, () => UserConfig[]> = {
  fetch: () => [
    {
      entry: entries,
      platform: 'neutral',
      // Simplifies expressions, which users' own bundlers would not all do, and keeps names, comments and lines.
      minify: { compress: true, mangle: false, codegen: false },
    },
  ],
  // Each entry is built separately, so that each has one file of code and one of types. They need no common file,
  // because they share only the state of core.
  testing: () => entries.map((entry, index) => ({ entry: [entry], clean: index === 0 })),
  // Most programs use one client.
  transient: () => entries.map((entry, index) => ({ entry: [entry], clean: index === 0, platform: 'neutral' })),
};

const forms = FORMS[folder]?.() ?? [{ entry: entries }];
export default forms.map((form) => defineConfig({ ...SHARED, ...form }));
