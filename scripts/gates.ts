// Runs the rules of `scripts/gates`: those that are named, or all. `pnpm gate api --update` writes what a rule compares with.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { report } from './gate.ts';

const FOLDER = join(import.meta.dirname, 'gates');
const known = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = named.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`no gate is called ${unknown.join(' or ')}; there are ${known.join(', ')}`);

for (const name of named.length > 0 ? named : known) {
  const start = performance.now();
  console.log(`\n${name}`);
  const { default: checks } = await import(join(FOLDER, `${name}.ts`));
  report(checks);
  console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`);
}
