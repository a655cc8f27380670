// What READMEs quote of the results stands between `<!-- bench:NAME -->` and `<!-- /bench -->`, and is written, not typed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EnduranceResults, enduranceBlocks } from './endurance/report.ts';
import type { BenchResults } from './measured.ts';
import { type OutageResults, outageBlocks } from './outage/report.ts';
import { benchBlocks } from './report.ts';
import { readResults } from './results.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BLOCK = /(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- \/bench -->)/g;

const packages = readdirSync(`${ROOT}packages`).map((folder) => `packages/${folder}/README.md`);

/** The READMEs that may quote results, relative to the root. */
export const READMES: readonly string[] = ['README.md', 'benchmarks/README.md', ...packages].filter((path) =>
  existsSync(ROOT + path),
);

export const readReadme = (path: string): string => readFileSync(ROOT + path, 'utf8');

/** A README without what is written by `updated`. */
export const withoutBlocks = (text: string): string => text.replaceAll(BLOCK, '');

/** All that the committed results say, by name. */
function blocks(): Record<string, string> {
  const [bench, endurance, outage] = [
    readResults<BenchResults>('bench'),
    readResults<EnduranceResults>('endurance'),
    readResults<OutageResults>('outage'),
  ];
  return {
    ...(bench && benchBlocks(bench)),
    ...(endurance && enduranceBlocks(endurance)),
    ...(outage && outageBlocks(outage)),
  };
}

/** A README with what the committed results say. */
export function updated(path: string): string {
  const found = blocks();
  return readReadme(path).replaceAll(BLOCK, (_, begin: string, name: string, end: string) => {
    return `${begin}\n${found[name] ?? 'Not measured yet.'}\n\n${end}`;
  });
}

export function updateReadmes(): void {
  for (const path of READMES) writeFileSync(ROOT + path, updated(path));
}
