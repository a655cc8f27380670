// READMEs and pages quote results between `<!-- bench:NAME -->` and `<!-- /bench -->`. What stands there is written from the results.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from './results.ts';
import { type Results, readResults } from './results.ts';
import { loadSuite } from './suites.ts';
import { blocksOf, enduranceBlocks, errorsBlocks, outageBlocks } from './tables.ts';

const ROOT = join(import.meta.dirname, '../../..');
const BLOCK = /(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- \/bench -->)/g;

const packages = readdirSync(join(ROOT, 'packages')).map((folder) => `packages/${folder}/README.md`);

const pages = ['README.md', 'scripts/benchmarks/README.md', 'docs/guide/costs.md'];

/** The READMEs and pages that may quote results, relative to the root. */
export const READMES: readonly string[] = [...pages, ...packages].filter((path) => existsSync(join(ROOT, path)));

export const readReadme = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Removes from a README what `updated` writes. */
export const withoutBlocks = (text: string): string => text.replaceAll(BLOCK, '');

/** Writes the tables of one kind of results, if there are any yet. */
function blocks<Measured>(name: string, write: (results: Results<Measured>) => Record<string, string>) {
  const results = readResults<Measured>(name);
  return results ? write(results) : {};
}

const calls = await loadSuite('calls');
const fetch = await loadSuite('fetch');

/** Returns a README that quotes the committed results. */
export function updated(path: string): string {
  const found: Record<string, string> = {
    ...blocks<Figures>('calls', (results) => blocksOf(calls, results)),
    ...blocks<Figures>('fetch', (results) => blocksOf(fetch, results)),
    ...blocks('errors', errorsBlocks),
    ...blocks('endurance', enduranceBlocks),
    ...blocks('outage', outageBlocks),
  };
  return readReadme(path).replaceAll(BLOCK, (_, begin: string, name: string, end: string) => {
    return `${begin}\n${found[name] || 'Not measured yet.'}\n\n${end}`;
  });
}

export function updateReadmes(): void {
  for (const path of READMES) writeFileSync(join(ROOT, path), updated(path));
}
