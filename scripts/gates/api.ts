// Keeps the public API of every entry as a file, so that a change to it is seen in review.
// `pnpm gate api` fails where the built declarations differ from it; `pnpm gate api --update` writes it anew.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
// TypeScript 7 has no JavaScript API; declarations that the oldest promised version reads are read here with it.
import ts from 'typescript-5.0';
import { run } from '../gate.ts';
import { packages, ROOT } from '../packages.ts';

/** The declarations alone: comments may change without the API. */
function outline(file: string): string {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}

const update = process.argv.includes('--update');
const checks: Record<string, () => string | void> = {};

for (const { path, entries } of packages) {
  const folder = join(path, 'api');
  if (update) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  for (const { specifier, name, esmTypes, cjsTypes } of entries) {
    const snapshot = join(folder, `${name}.d.ts`);
    checks[specifier] = () => {
      if (update) writeFileSync(snapshot, outline(esmTypes));
      else expectSame(snapshot, esmTypes);
    };
    checks[`${specifier} for CommonJS`] = () => expectSame(snapshot, cjsTypes);
  }
  checks[`${folder.slice(ROOT.length)} has no file too many`] = () => {
    const known = entries.map(({ name }) => `${name}.d.ts`);
    const unknown = readdirSync(folder).filter((file) => !known.includes(file));
    if (unknown.length > 0) throw new Error(`of no entry: ${unknown.join(', ')}; run \`pnpm gate api --update\``);
  };
}

function expectSame(snapshot: string, built: string): void {
  const now = outline(built);
  let before: string;
  try {
    before = readFileSync(snapshot, 'utf8');
  } catch {
    throw new Error(`${snapshot.slice(ROOT.length)} is missing: run \`pnpm gate api --update\` and commit it`);
  }
  if (now === before) return;
  throw new Error(
    `${basename(built)} is not what ${snapshot.slice(ROOT.length)} says; run \`pnpm gate api --update\` if it is meant\n${difference(snapshot, now)}`,
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
