// Builds the package in whose folder tsdown is started: every entry of its `exports`, as an ES module and as CommonJS.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';
import { packages } from '../scripts/packages.ts';

/** Comments make an import slower. The source maps lead to the sources, which have them. */
const OUTPUT = { comments: { jsdoc: false } };

const SHARED: UserConfig = {
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'es2022',
  fixedExtension: false,
  dts: { oxc: true, sourcemap: true },
  sourcemap: true,
  outputOptions: OUTPUT,
  hooks: {
    'build:done': ({ chunks }) => dropPackedSources(chunks.map(({ fileName }) => fileName)),
  },
};

const folder = basename(process.cwd());
const entries = packages
  .filter((found) => found.folder === folder)
  .flatMap((found) => found.entries.map(({ esm }) => `src/${basename(esm, '.js')}.ts`));

/** Simplifies expressions, which users' own bundlers would not all do, and keeps names and lines. */
const SIMPLIFIED: UserConfig = { platform: 'neutral', minify: { compress: true, mangle: false, codegen: false } };

/** The packages that differ from the default. */
const FORMS: Record<string, () => UserConfig[]> = {
  core: coreForms,
  fetch: () => [{ ...SIMPLIFIED, entry: entries }],
  // Each entry is built separately, so that each has one file of code and one of types. They need no common file,
  // because they share only the state of core.
  testing: () => entries.map((entry, index) => ({ entry: [entry], clean: index === 0 })),
  // Most programs use one client.
  transient: () => entries.map((entry, index) => ({ entry: [entry], clean: index === 0, platform: 'neutral' })),
};

const forms = FORMS[folder]?.() ?? [{ entry: entries }];
export default forms.map((form) => defineConfig({ ...SHARED, ...form }));

function coreForms(): UserConfig[] {
  const sourceOf = (name: string): string => `src/${name}.ts`;
  const code: UserConfig = { ...SIMPLIFIED, dts: false };
  return [
    // The main entry and the one for libraries are names alone. What they lead to is one file, which a process loads once.
    {
      ...code,
      entry: [sourceOf('index'), sourceOf('library')],
      outputOptions: (options, format) => ({
        ...options,
        ...OUTPUT,
        chunkFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
        codeSplitting: { groups: [{ name: 'core' }] },
      }),
    },
    // These are one file each and share only the state of the process, because most programs that load them load nothing
    // else of core: with a shared file, importing them took half as long again.
    ...['sync', 'simulation'].map((name): UserConfig => ({ ...code, entry: [sourceOf(name)], clean: false })),
    // Each entry has its declarations in one file, which is what an editor shows and what `api.md` holds. They import
    // nothing, so the same text serves CommonJS.
    ...['index', 'library', 'sync', 'simulation'].map(
      (name): UserConfig => ({
        platform: 'neutral',
        entry: [sourceOf(name)],
        format: ['esm'],
        dts: { oxc: true, sourcemap: true, emitDtsOnly: true },
        sourcemap: false,
        clean: false,
        hooks: { 'build:done': () => copyFileSync(`dist/${name}.d.ts`, `dist/${name}.d.cts`) },
      }),
    ),
  ];
}

interface SourceMap {
  readonly sources: readonly string[];
  sourcesContent?: readonly (string | null)[];
}

/**
 * Removes the text of packed sources from the source maps of these files. A tarball then has each source once, as a file in
 * `src`. A private package is bundled and not packed, so the maps keep the text of its sources.
 */
function dropPackedSources(files: readonly string[]): void {
  for (const file of files) {
    const path = join('dist', `${file}.map`);
    if (!existsSync(path)) continue;
    const map: SourceMap = JSON.parse(readFileSync(path, 'utf8'));
    if (map.sourcesContent === undefined) continue;
    const isPacked = (source: string): boolean => !relative('.', resolve('dist', source)).startsWith('..');
    const kept = map.sourcesContent.map((text, index) => (isPacked(map.sources[index] as string) ? null : text));
    if (kept.every((text) => text === null)) delete map.sourcesContent;
    else map.sourcesContent = kept;
    writeFileSync(path, JSON.stringify(map));
  }
}
