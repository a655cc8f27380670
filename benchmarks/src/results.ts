import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../results/', import.meta.url));

/** A whole run of each, committed; READMEs are written from them. */
export type Name = 'bench' | 'endurance' | 'outage';

/** What was saved last, if ever. */
export function readResults<Results>(name: Name): Results | undefined {
  const path = `${FOLDER}${name}.json`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : undefined;
}

export function writeResults(name: Name, results: object): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}${name}.json`, `${JSON.stringify(results, null, 2)}\n`);
}
