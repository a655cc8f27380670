// Every block marked `ts` in a README compiles, as a module of its own, and is run if it needs nothing but itself, and no host: by
// the test runner that it imports, if it does. What it says that it prints, `console.log(sum); // 3`, it must print.
// What a block leaves to the reader's imagination is declared in the package's `test/readme/names.d.ts`. A word behind
// `ts` is a compiler option that the block needs: `ts experimentalDecorators`.
//
//   import { checkReadme } from '../../../scripts/vitest/readme.ts';
//
//   checkReadme(import.meta.url, 'packages/core/README.md');
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TransformOptions, transform } from 'esbuild';
import { Marked } from 'marked';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const tool = (path: string): string => join(ROOT, 'node_modules', path);
// By path: outside the package manager's scripts there is no `tsc`.
const TSC = tool('typescript/bin/tsc');
const VITEST = tool('vitest/vitest.mjs');
/** From the folder of the examples: the package that shows Jest has it. */
const JEST = '../../../node_modules/jest/bin/jest.js';

/** How an example compiles: as a module, even where it imports nothing, and with names that it shows but does not use. */
const EXAMPLE = {
  lib: ['ES2022', 'DOM'],
  moduleDetection: 'force',
  noUnusedLocals: false,
};

interface Example {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** Compiler options that it needs beside the usual. */
  readonly options: Readonly<Record<string, true>>;
}

/**
 * Tests the examples of a README, whose path is relative to the root, for the package whose test calls.
 * `setUps` is the package of which the runners have `/vitest`, `/jest` and `/node` in their set-up lists.
 */
export function checkReadme(testUrl: string, readme: string, setUps?: string): void {
  const tests = fileURLToPath(testUrl).replace(/\/test\/.*/, '/test');
  // Within the package, so that examples import what it may import.
  checkExamples(join(tests, '.readme', readme.replaceAll(/\W+/g, '-')), examplesIn(readme), setUps);
}

function examplesIn(readme: string): Example[] {
  const text = readFileSync(join(ROOT, readme), 'utf8');
  const examples: Example[] = [];
  let searched = 0;
  const collect = new Marked({
    walkTokens(token) {
      if (token.type !== 'code') return;
      const [language, ...options] = String(token.lang).split(' ');
      if (language !== 'ts') return;
      searched = text.indexOf(token.text, searched);
      const line = text.slice(0, searched++).split('\n').length;
      examples.push({
        name: `${readme}:${line}`,
        file: `line-${line}.ts`,
        code: token.text,
        options: Object.fromEntries(options.map((option) => [option, true])),
      });
    },
  });
  void collect.parse(text);
  return examples;
}

function checkExamples(folder: string, examples: readonly Example[], setUps: string | undefined): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of examples) writeFileSync(join(folder, file), code);
  // What set-up modules declare, such as matchers.
  const declared = setUps === undefined ? '' : `import '${setUps}/vitest';\nimport '${setUps}/jest';\n`;
  writeFileSync(join(folder, 'set-ups.ts'), declared);

  const complaints = new Map<string, string[]>();
  const selfContained = new Set<Example>();
  for (const options of new Set(examples.map((example) => JSON.stringify(example.options)))) {
    const alike = examples.filter((example) => JSON.stringify(example.options) === options);
    const files = ['set-ups.ts', ...alike.map(({ file }) => file)];
    const withNames = compile(folder, JSON.parse(options), [...files, '../../readme/names.d.ts']);
    for (const [file, found] of withNames) complaints.set(file, found);
    const alone = compile(folder, JSON.parse(options), files);
    for (const example of alike) {
      // There is no host that an example could call.
      if (!alone.has(example.file) && !example.code.includes('https://')) selfContained.add(example);
    }
  }

  describe('the examples of a README', () => {
    test.each(examples)('$name compiles', ({ file }) => {
      expect(complaints.get(file)).toBeUndefined();
    });

    // A README may have no example that stands alone.
    for (const example of selfContained) {
      test(`${example.name} runs`, { timeout: 60_000 }, async () => {
        const args = await runnable(folder, example, setUps);
        // A runner that finds another's variables would take itself for its worker.
        const env = { PATH: process.env.PATH, NO_COLOR: '1' };
        const output = execFileSync(process.execPath, args, {
          cwd: folder,
          env,
          timeout: 50_000,
          encoding: 'utf8',
          stdio: 'pipe',
        });
        expect(output.split('\n')).toEqual(expect.arrayContaining(outputsOf(example)));
      });
    }
  });
}

/** What the compiler has against each file. */
function compile(folder: string, compilerOptions: object, files: readonly string[]): Map<string, string[]> {
  const project = join(folder, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({
      extends: relative(folder, join(ROOT, 'tsconfig.json')),
      compilerOptions: { ...EXAMPLE, ...compilerOptions },
      include: [],
      files,
    }),
  );
  const found = new Map<string, string[]>();
  try {
    execFileSync(process.execPath, [TSC, '-p', project, '--pretty', 'false'], { encoding: 'utf8', cwd: folder });
  } catch (error) {
    const { stdout } = error as { stdout: string };
    for (const [, file = '', complaint = ''] of stdout.matchAll(/^(.+?)(\(\d+,\d+\): error .*(?:\n\s.*)*)/gm)) {
      found.set(file, [...(found.get(file) ?? []), complaint]);
    }
    if (found.size === 0) throw error;
  }
  return found;
}

/** What an example says that it prints: `console.log(sum); // 3`. */
function outputsOf({ code }: Example): string[] {
  return Array.from(code.matchAll(/^ *console\.log\(.*\); \/\/ (.+)$/gm), ([, output = '']) => output);
}

/** Writes what Node can run of an example; returns what to run it by. */
async function runnable(folder: string, example: Example, setUps: string | undefined): Promise<string[]> {
  const { file, code, options } = example;
  // Decorators and `using` are newer than the oldest Node that is promised.
  const form: TransformOptions = { loader: 'ts', format: 'esm', target: 'node20' };
  const { code: script } = await transform(code, { ...form, tsconfigRaw: { compilerOptions: options } });
  const path = join(folder, file.replace(/ts$/, 'mjs'));
  writeFileSync(path, script);
  const runner = /from '(vitest|@jest\/globals|node:test)'/.exec(code)?.[1];
  const setUp = (name: string): string[] => (setUps === undefined ? [] : [`${setUps}/${name}`]);
  if (runner === 'node:test') return [...setUp('node').flatMap((module) => ['--import', module]), path];
  if (runner === undefined) return [path];
  // Another project than the package's own: nothing of that one's set-up holds here.
  const configure = (config: object): string => {
    const configuration = path.replace(/mjs$/, 'config.mjs');
    writeFileSync(configuration, `export default ${JSON.stringify(config)};\n`);
    return configuration;
  };
  if (runner === 'vitest') {
    const test = { include: [basename(path)], maxWorkers: 1, setupFiles: setUp('vitest') };
    return [VITEST, 'run', '--config', configure({ root: folder, test })];
  }
  const config = { rootDir: folder, testMatch: [path], transform: {}, setupFilesAfterEnv: setUp('jest') };
  return ['--experimental-vm-modules', join(folder, JEST), '--config', configure(config)];
}
