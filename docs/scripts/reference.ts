// Writes the API reference, with a page for each entry of each package, from the docstrings in the built declarations. Editors
// show users the same docstrings.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Application, type ProjectReflection, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { packages } from '../../scripts/packages.ts';

const DOCS = join(import.meta.dirname, '..');
const OUT = join(DOCS, 'reference');

const options: TypeDocOptions & PluginOptions = {
  name: 'API reference',
  plugin: ['typedoc-plugin-markdown'],
  tsconfig: join(DOCS, 'tsconfig.reference.json'),
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
