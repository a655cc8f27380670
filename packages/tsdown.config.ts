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

/**
 * Simplifies expressions, which users' own bundlers would not all do. Shortens the names of variables in functions, and of
 * private members, which makes imports faster. Keeps lines and the names of functions and classes, so that stacks can be read.
 */
const SIMPLIFIED: UserConfig = {
  platform: 'neutral',
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: { toplevel: false, keepNames: true },
    codegen: false,
  },
};

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
    // Each file is complete by itself. `sync` and `simulation` could share a file with `core`, but most programs that load
    // one of them load nothing else of core. With a shared file, importing them took half as long again.
    ...['core', 'sync', 'simulation'].map(
      (name, index): UserConfig => ({ ...code, entry: [sourceOf(name)], clean: index === 0 }),
    ),
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
