// Keeps the public API of every package in its `api.md`, so that a change to it is seen in review.
// `pnpm gate api` fails where the built declarations differ from it; `pnpm gate api --update` writes it anew.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// TypeScript 7 has no JavaScript API; declarations that the oldest promised version reads are read here with it.
import ts from 'typescript-5.0';
import { run } from '../gate.ts';
import { packages, ROOT } from '../packages.ts';

/** Returns the declarations without comments and with sorted imports, because neither belongs to the API. */
function outline(file: string): string {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const lines = ts.createPrinter({ removeComments: true }).printFile(source).split('\n');
  const isImport = (line: string): boolean => line.startsWith('import ');
  return [...lines.filter(isImport).sort(), ...lines.filter((line) => !isImport(line))].join('\n');
}

const update = process.argv.includes('--update');
const checks: Record<string, () => string | void> = {};

for (const { name, path, entries } of packages) {
  const snapshot = join(path, 'api.md');
  const outlineOf = (format: 'esmTypes' | 'cjsTypes'): string =>
    [`# The public API of ${name}\n`, ...entries.map((entry) => section(entry.specifier, entry[format]))].join('\n');
  checks[name] = () => {
    if (update) writeFileSync(snapshot, outlineOf('esmTypes'));
    else expectSame(snapshot, outlineOf('esmTypes'));
  };
  checks[`${name} for CommonJS`] = () => expectSame(snapshot, outlineOf('cjsTypes'));
}

function section(specifier: string, declarations: string): string {
  return `## ${specifier}\n\n\`\`\`ts\n${outline(declarations)}\`\`\`\n`;
}

function expectSame(snapshot: string, now: string): void {
  const file = snapshot.slice(ROOT.length);
  if (!existsSync(snapshot)) throw new Error(`${file} is missing: run \`pnpm gate api --update\` and commit it`);
  if (readFileSync(snapshot, 'utf8') === now) return;
  throw new Error(
    `what is built is not what ${file} says; run \`pnpm gate api --update\` if it is meant\n${difference(snapshot, now)}`,
  );
}

function difference(snapshot: string, now: string): string {
  try {
    return run('git', ['diff', '--no-index', '--', snapshot, '-'], { input: now });
  } catch (error) {
    return String(error); // A difference is a failure to `git diff --no-index`.
  }
}

export default checks;
