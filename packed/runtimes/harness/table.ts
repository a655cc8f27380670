// Writes the table in the README of the root, with the versions and forms that were tested.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/packages.ts';
import type { Results } from './runtimes.ts';

const README = join(ROOT, 'README.md');
const BEGIN = '<!-- runtimes: `npx pnpm@12 packed runtimes --update` writes this -->\n';
const END = '<!-- /runtimes -->';
const PACKAGES = ['core', 'fetch', 'testing'];

export interface Row {
  readonly name: string;
  readonly version: string;
  readonly results: Results;
}

/** Writes a row for each runtime, with the forms in which each package was tested. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ name, version, results }) => {
    const forms = PACKAGES.map((name) => Object.keys(results).filter((form) => results[form]?.[name]));
    return `| ${[name, version, ...forms.map((found) => found.join(', ') || '–')].join(' | ')} |`;
  });
  const header = `| runtime | version | ${PACKAGES.map((name) => `\`@stamina/${name}\``).join(' | ')} |`;
  return [header, header.replaceAll(/[^|]+/g, ' --- '), ...lines].join('\n');
}

/** Writes the table into the README. */
export function updateReadme(table: string): void {
  const { before, after } = parts();
  writeFileSync(README, `${before}${table}\n${after}`);
}

/** Expects the table in the README. The version of Chromium may be older there, because Debian updates it at any time. */
export function expectInReadme(table: string): void {
  const any = (text: string) => text.trim().replace(/(?<=\| Chromium \| )[\d.]+/, 'any');
  if (any(parts().between) === any(table)) return;
  throw new Error(`the table in README.md is out of date; run \`npx pnpm@12 packed runtimes --update\`:\n${table}`);
}

function parts(): { before: string; between: string; after: string } {
  const text = readFileSync(README, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (begin < BEGIN.length || end < begin) throw new Error(`README.md has no ${BEGIN.trim()} … ${END}`);
  return { before: text.slice(0, begin), between: text.slice(begin, end), after: text.slice(end) };
}
