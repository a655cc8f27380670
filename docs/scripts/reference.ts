// Writes the API reference, with a page for each entry of each package, from the docstrings in the built declarations. Editors
// show users the same docstrings. Also copies `llms.txt` of core, which the site serves.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, type ProjectReflection, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { packages, REPORTS } from '../../scripts/packages.ts';

const DOCS = join(import.meta.dirname, '..');
const OUT = join(DOCS, 'reference');

/** For typedoc alone, which reads declarations with an older TypeScript. */
const PROJECT = join(REPORTS, 'reference.json');
const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  types: [],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
};
mkdirSync(REPORTS, { recursive: true });
writeFileSync(PROJECT, JSON.stringify({ compilerOptions, include: ['../packages/*/dist/*.d.ts'] }));

const options: TypeDocOptions & PluginOptions = {
  name: 'API reference',
  plugin: ['typedoc-plugin-markdown'],
  tsconfig: PROJECT,
  entryPoints: packages.flatMap(({ entries }) => entries.map(({ esmTypes }) => esmTypes)),
  logLevel: 'Warn',
  readme: 'none',
  disableSources: true,
  outputs: [{ name: 'markdown', path: OUT }],
  entryFileName: 'index',
  outputFileStrategy: 'modules',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  kindSortOrder: ['Function', 'Class', 'Interface', 'TypeAlias'],
  groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', '*'],
  sort: ['source-order'],
  indexFormat: 'table',
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
};

rmSync(OUT, { recursive: true, force: true });
const app = await Application.bootstrapWithPlugins(options);
const project = await app.convert();
if (!project) throw new Error('typedoc converted nothing');
nameAsImported(project);
await app.generateOutputs(project);
tidyPages();
copyFileSync(join(DOCS, '../packages/core/llms.txt'), join(DOCS, 'public/llms.txt'));
if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('typedoc complained');

/** Modules are called as users import them, not after the file that holds them. */
function nameAsImported({ children = [] }: ProjectReflection): void {
  for (const { folder, entries } of packages) {
    for (const { specifier, name } of entries) {
      const built = name === 'index' ? `${folder}/dist` : `${folder}/dist/${name}`;
      const module = children.find((child) => child.name === built);
      if (!module) throw new Error(`typedoc has no module for ${specifier}`);
      module.name = specifier;
    }
  }
}

/** Removes descriptions that are not there, which the plugin writes as `-`, and marks the pages for the style sheet. */
function tidyPages(): void {
  for (const file of readdirSync(OUT, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.md')) continue;
    const page = join(OUT, file);
    const text = readFileSync(page, 'utf8');
    const tables = text.replaceAll(/^\|.*(?:\n\|.*)*/gm, (table) => withoutEmptyColumn(table));
    writeFileSync(page, `---\npageClass: reference\n---\n\n${startWithRetry(tables)}`);
  }
}

/** Drops the last column of a table if it has nothing but `-`, and otherwise leaves these cells empty. */
function withoutEmptyColumn(table: string): string {
  const [head = '', rule = '', ...rows] = table.split('\n');
  if (rows.every((row) => row.endsWith(' | - |'))) {
    return [head, rule, ...rows].map((row) => row.replace(/ \| [^|]*\|$/, ' |')).join('\n');
  }
  return [head, rule, ...rows.map((row) => row.replaceAll(/ \| -(?= \|)/g, ' |'))].join('\n');
}

/** Puts `retry` first, because readers look for it first. The order of declarations is up to the bundler. */
function startWithRetry(page: string): string {
  // Lines separate the members of a group, but not the last one from the next group.
  const section = /^### retry\(\)\n.*?(?=^\*\*\*\n|^## )/ms.exec(page)?.[0];
  if (section === undefined) return page;
  const rest = page.replace(section, '').replace(/(?<=^## Functions\n\n)\*\*\*\n\n|^\*\*\*\n\n(?=\*\*\*\n|## )/m, '');
  const moved = rest.replace('## Functions\n\n', (heading) => `${heading}${section}***\n\n`);
  // The heading of the type `Retry` comes after that of the function now, so its anchor has a number.
  return moved.replaceAll('[`Retry`](#retry)', '[`Retry`](#retry-1)');
}
