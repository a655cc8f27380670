import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packages } from '../../scripts/packages.ts';

const HERE = import.meta.dirname;
const FOLDER = join(HERE, '.readme/docstrings');
const TSC = join(HERE, '../../node_modules/typescript/bin/tsc');

/** Returns the examples in the docstrings of the declarations that users get, which are also in the reference. */
function examplesOf(declarations: string): string[] {
  const docstrings = readFileSync(declarations, 'utf8').match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  return docstrings
    .map((docstring) => docstring.replaceAll(/^\s*\* ?|\s*\*\/$/gm, ''))
    .flatMap((text) => text.split(/^@example\n/m).slice(1))
    .map((example) => example.split(/^@\w+/m)[0]?.trim() ?? '');
}

/** Imports what the code names of the package that it is an example of, and of core. */
async function importsFor(code: string, specifier: string): Promise<string[]> {
  const taken = new Set<string>();
  const imports: string[] = [];
  for (const source of new Set([specifier, '@stamina/core'])) {
    const names = Object.keys(await import(source)).filter(
      (name) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`const ${name} =`).test(code) && !taken.has(name),
    );
    for (const name of names) taken.add(name);
    imports.push(`import { ${names.join(', ')} } from '${source}';`);
  }
  return imports;
}

test('the examples of the docstrings compile', async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const files: string[] = [];
  for (const { specifier, esmTypes } of packages.flatMap(({ entries }) => entries)) {
    // A module that registers itself when it is imported exports no names.
    const examples = specifier.endsWith('/register') ? [] : examplesOf(esmTypes);
    for (const [index, code] of examples.entries()) {
      const file = `${specifier.replaceAll(/\W+/g, '-')}-${index}.ts`;
      writeFileSync(join(FOLDER, file), [...(await importsFor(code, specifier)), code, 'export {};\n'].join('\n'));
      files.push(file);
    }
  }
  const project = join(FOLDER, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({ extends: '../../readme/tsconfig.json', files: [...files, '../../readme/names.d.ts'] }),
  );
  const { stdout } = spawnSync(process.execPath, [TSC, '-p', project, '--pretty', 'false'], { encoding: 'utf8' });

  expect(files.length).toBeGreaterThan(10);
  expect(stdout).toBe('');
});
