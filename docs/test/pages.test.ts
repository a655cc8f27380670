// The code of the pages compiles, runs, and prints what the pages say.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { pages, programsOf, textOf } from './support/programs.ts';

// Within `docs/test`, so that programs import what `docs` may import.
const FOLDER = join(import.meta.dirname, '.programs');
const TSC = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

const programs = pages.flatMap(programsOf);
const printing = programs.filter(({ prints }) => prints !== undefined);
const runByVitest = programs.filter(({ prints }) => prints === undefined);

/** Runs Node in the folder of the programs. Returns everything that it prints, in order. */
async function node(...args: string[]): Promise<string> {
  // A runner that finds the variables of another would take itself for its worker.
  const env = { PATH: process.env.PATH, NO_COLOR: '1' };
  const command = [process.execPath, ...args].map((arg) => `'${arg}'`).join(' ');
  const { stdout } = await promisify(execFile)('sh', ['-c', `${command} 2>&1`], { cwd: FOLDER, env, timeout: 60_000 });
  return stdout;
}

/** Replaces durations and ports, which differ from run to run. */
function withoutTimes(output: string): string {
  return output
    .replaceAll(/\b\d+(\.\d+)? ?m?s\b/g, '… ms')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replaceAll(/("(?:wait_for|waited_so_far|elapsed)"|waitedSoFar): ?[\d.]+/g, '$1: …');
}

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const { file, code, experimentalDecorators } of printing) {
    writeFileSync(join(FOLDER, `${file}.ts`), code);
    // Node does not compile decorators.
    const tsconfigRaw = { compilerOptions: { experimentalDecorators } };
    const { code: script } = await transform(code, { loader: 'ts', format: 'esm', target: 'node22', tsconfigRaw });
    writeFileSync(join(FOLDER, `${file}.mjs`), script);
  }
  for (const { file, code } of runByVitest) {
    const name = code.includes('defineConfig') ? 'vitest.config.ts' : `${file}.test.ts`;
    writeFileSync(join(FOLDER, name), code);
  }
});

test.each([false, true])('every program compiles (experimentalDecorators: %s)', async (experimentalDecorators) => {
  const marked = programs.filter((program) => program.experimentalDecorators).map(({ file }) => `${file}.ts`);
  const config = `tsconfig.${experimentalDecorators}.json`;
  const project = {
    extends: '../../tsconfig.json',
    compilerOptions: { experimentalDecorators },
    ...(experimentalDecorators ? { files: marked, include: [] } : { include: ['*.ts'], exclude: marked }),
  };
  writeFileSync(join(FOLDER, config), JSON.stringify(project));
  const complaints = await node(TSC, '-p', config, '--pretty', 'false').catch(({ stdout }) => stdout as string);
  expect(complaints).toBe('');
});

describe.concurrent('a program prints what its page says', () => {
  test.each(printing)('$name', async ({ file, prints }) => {
    expect(withoutTimes((await node(`./${file}.mjs`)).trimEnd())).toBe(withoutTimes(prints ?? ''));
  });
});

test('the Vitest tests of the pages pass', async () => {
  const output = await node(join(import.meta.dirname, '../node_modules/vitest/vitest.mjs'), 'run');
  expect(output).toMatch(new RegExp(`Test Files +${runByVitest.length - 1} passed`));
});

test.each(pages)('all code is checked: %s', (page) => {
  const languages = Array.from(textOf(page).matchAll(/^ *```(\S+)/gm), ([, language]) => language);
  // Commands for a shell are not programs.
  expect(languages.filter((language) => !['sh', 'ts', 'text'].includes(language ?? ''))).toEqual([]);
});
