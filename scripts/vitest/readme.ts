// Every block marked `ts` in a README must compile as a module of its own. If it needs nothing else, and calls no host, it is also
// run. If it imports a test runner, that runs it. If it says what it prints, as in `console.log(sum); // 3`, it must print that.
// A word after `ts` is a compiler option that the block needs, as in `ts experimentalDecorators`.
//
//   import { checkReadme } from '../../../scripts/vitest/readme.ts';
//
//   checkReadme(import.meta.url, 'packages/core/README.md');
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type TransformOptions, transform } from 'esbuild';
import { Marked } from 'marked';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const tool = (path: string): string => join(ROOT, 'node_modules', path);
// These are paths, because `tsc` is a command only in scripts of the package manager.
const TSC = tool('typescript/bin/tsc');
const VITEST = tool('vitest/vitest.mjs');
/** Relative to the folder of the examples, because only a package that shows Jest has it. */
const JEST = '../../../node_modules/jest/bin/jest.js';

/** Options for examples. An example is a module even if it imports nothing, and may have names that it does not use. */
const EXAMPLE = {
  lib: ['ES2022', 'DOM'],
  moduleDetection: 'force',
  noUnusedLocals: false,
};

type Environment = Readonly<Record<string, string>>;

interface Example {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** Compiler options that it needs in addition to the usual ones. */
  readonly options: Readonly<Record<string, true>>;
}

/** The things that examples need, and do not contain. */
export interface Surroundings {
  /** Declares the names that examples use but do not define: those of earlier examples, and those of the reader's own code. */
  readonly names?: string;
  /** A module that examples load first, and that defines these names. Without one, examples that need them only compile. */
  readonly preload?: string;
  /** A package with the set-up modules `/vitest`, `/jest` and `/node`, which the runners then load. */
  readonly setUps?: string;
  /** The environment variables of examples. An example that needs another one is only compiled. */
  readonly env?: Environment;
}

/** Tests the examples of a README, whose path is relative to the root, for the package whose test calls. */
export function checkReadme(testUrl: string, readme: string, surroundings: Surroundings = {}): void {
  const tests = fileURLToPath(testUrl).replace(/\/test\/.*/, '/test');
  // Within the package, so that examples import what it may import.
  checkExamples(join(tests, '.readme', readme.replaceAll(/\W+/g, '-')), examplesIn(readme), surroundings);
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

function checkExamples(
  folder: string,
  examples: readonly Example[],
  { names = '', preload, setUps, env: variables = {} }: Surroundings,
): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of examples) writeFileSync(join(folder, file), code);
  // Includes the declarations of set-up modules, such as matchers.
  const declared = setUps === undefined ? '' : `import '${setUps}/vitest';\nimport '${setUps}/jest';\n`;
  writeFileSync(join(folder, 'set-ups.ts'), declared);
  writeFileSync(join(folder, 'names.d.ts'), names);

  const complaints = new Map<string, string[]>();
  const selfContained = new Set<Example>();
  for (const options of new Set(examples.map((example) => JSON.stringify(example.options)))) {
    const alike = examples.filter((example) => JSON.stringify(example.options) === options);
    const files = ['set-ups.ts', ...alike.map(({ file }) => file)];
    const withNames = compile(folder, JSON.parse(options), [...files, 'names.d.ts']);
    for (const [file, found] of withNames) complaints.set(file, found);
    const alone = compile(folder, JSON.parse(options), files);
    for (const example of alike) {
      // There is no host that an example could call.
      const needed = Array.from(example.code.matchAll(/process\.env\.(\w+)/g), ([, name = '']) => name);
      const isReady = !example.code.includes('https://') && needed.every((name) => name in variables);
      const lacks = preload ? withNames : alone;
      if (isReady && !lacks.has(example.file)) selfContained.add(example);
    }
  }

  describe('the examples of a README', () => {
    test.each(examples)('$name compiles', ({ file }) => {
      expect(complaints.get(file)).toBeUndefined();
    });

    // A README may have no example that stands alone.
    for (const example of selfContained) {
      test(`${example.name} runs`, { timeout: 60_000 }, async () => {
        const first = preload ? ['--import', preload] : [];
        const args = [...first, ...(await runnable(folder, example, setUps))];
        // A runner that finds another's variables would take itself for its worker.
        const env = { PATH: process.env.PATH, NO_COLOR: '1', ...variables };
        // The process must not be blocked, because it may be the server that an example calls.
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, timeout: 50_000 });
        expect(stdout.split('\n')).toEqual(expect.arrayContaining(outputsOf(example)));
      });
    }
  });
}

/** Compiles files, and returns the errors of each. */
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

/** Returns the output that an example promises, as in `console.log(sum); // 3`. */
function outputsOf({ code }: Example): string[] {
  return Array.from(code.matchAll(/^ *console\.log\(.*\); \/\/ (.+)$/gm), ([, output = '']) => output);
}

/** Writes an example as JavaScript, and returns the arguments with which Node runs it. */
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
  // This is another project than that of the package, so the set-up of that one does not apply.
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
