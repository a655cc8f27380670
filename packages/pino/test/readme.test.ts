import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prettyFactory } from 'pino-pretty';
import { expect, it } from 'vitest';
import { checkReadme } from '../../../vitest.readme.ts';

checkReadme(import.meta.url, 'packages/pino/README.md');

/** The blocks of the README between fences, in order. */
const blocks = Array.from(
  readFileSync(new URL('../README.md', import.meta.url), 'utf8').matchAll(/^```\w*\n([\s\S]*?)^```$/gm),
  ([, block = '']) => block,
);

/** What may differ from run to run: figures, whose machine it is, and where the program stands. */
const alike = (output: string): string =>
  output
    .replaceAll(/"hostname":"[^"]*"/g, '"hostname":""')
    .replaceAll(/file:\/\/[^:]+/g, 'file')
    .replaceAll(/\d+(\.\d+)?/g, '0')
    .trim();

it('shows what its first example logs, as JSON and through pino-pretty', () => {
  const program = blocks.find((block) => block.includes('pinoHook')) ?? '';
  const path = fileURLToPath(new URL('.readme/app.mjs', import.meta.url));
  mkdirSync(new URL('.readme', import.meta.url), { recursive: true });
  writeFileSync(path, program);
  const lines = execFileSync(process.execPath, ['--stack-trace-limit=1', path], { encoding: 'utf8' });

  const pretty = (options: object): string =>
    lines.replaceAll(/.+\n/g, prettyFactory({ colorize: false, ...options }) as (line: string) => string);
  const printed = [lines, pretty({}), pretty({ singleLine: true, ignore: 'pid,hostname,err' })];
  const shown = blocks.map(alike);
  for (const output of printed) expect(shown).toContain(alike(output));
});
