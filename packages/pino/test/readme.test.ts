import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkReadme } from '../../../scripts/vitest/readme.ts';

checkReadme(import.meta.url, 'packages/pino/README.md');

/** The fenced blocks of the README in order. */
const blocks = Array.from(
  readFileSync(new URL('../README.md', import.meta.url), 'utf8').matchAll(/^```\w*\n([\s\S]*?)^```$/gm),
  ([, block = '']) => block,
);

/** Removes what differs from run to run: numbers, the host name, and the path of the program. */
const normalize = (output: string): string =>
  output
    .replaceAll(/"hostname":"[^"]*"/g, '"hostname":""')
    .replaceAll(/file:\/\/[^:]+/g, 'file')
    .replaceAll(/\d+(\.\d+)?/g, '0')
    .trim();

it('the README shows the output of its first example', () => {
  const program = blocks.find((block) => block.includes('pinoHook')) ?? '';
  const path = fileURLToPath(new URL('.readme/app.mjs', import.meta.url));
  mkdirSync(new URL('.readme', import.meta.url), { recursive: true });
  writeFileSync(path, program);
  const lines = execFileSync(process.execPath, ['--stack-trace-limit=1', path], { encoding: 'utf8' });

  expect(blocks.map(normalize)).toContain(normalize(lines));
});
