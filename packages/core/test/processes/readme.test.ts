import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { Marked } from 'marked';
import { describe, expect, test } from 'vitest';

/*
 * Every block marked `ts` in a README compiles, as a module of its own; what a block leaves to the reader's imagination
 * is declared in ../readme/names.d.ts. A block that needs nothing of that is run.
 */

// Within the package, so that examples import it by its name.
const folder = fileURLToPath(new URL('../.readme/', import.meta.url));

// By its path: outside the package manager's scripts there is no `tsc`.
const compiler = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));

interface Example {
  readonly name: string;
  readonly file: string;
  readonly code: string;
}

function examplesIn(readme: string): Example[] {
  const url = new URL(`../../../../${readme}`, import.meta.url);
  if (!existsSync(url)) return [];
  const text = readFileSync(url, 'utf8');
  const examples: Example[] = [];
  let searched = 0;
  const collect = new Marked({
    walkTokens(token) {
      if (token.type !== 'code' || token.lang?.split(' ')[0] !== 'ts') return;
      searched = text.indexOf(token.raw.split('\n')[0] ?? '', searched) + 1;
      const line = text.slice(0, searched).split('\n').length;
      const name = `${readme}:${line}`;
      examples.push({ name, file: `${name.replaceAll(/\W+/g, '-')}.ts`, code: token.text });
    },
  });
  void collect.parse(text);
  return examples;
}

const examples = ['README.md', 'packages/core/README.md'].flatMap(examplesIn);

/** What the compiler has against each file. */
function complaints(files: readonly string[]): Map<string, string[]> {
  writeFileSync(`${folder}tsconfig.json`, JSON.stringify({ extends: '../readme/tsconfig.json', files }));
  const found = new Map<string, string[]>();
  try {
    execFileSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { encoding: 'utf8', cwd: folder });
  } catch (error) {
    const { stdout } = error as { stdout: string };
    for (const [, file = '', complaint = ''] of stdout.matchAll(/^(.+?)(\(\d+,\d+\): error .*(?:\n\s.*)*)/gm)) {
      found.set(file, [...(found.get(file) ?? []), complaint]);
    }
    if (found.size === 0) throw error;
  }
  return found;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { file, code } of examples) writeFileSync(folder + file, code);
const files = examples.map(({ file }) => file);
const withNames = complaints([...files, '../readme/names.d.ts']);
const alone = complaints(files);
const selfContained = examples.filter(({ file }) => !alone.has(file));

describe('the examples of the READMEs', () => {
  test.each(examples)('$name compiles', ({ file }) => {
    expect(withNames.get(file)).toBeUndefined();
  });

  // A README may have no example that stands alone.
  for (const { name, file, code } of selfContained) {
    test(`${name} runs`, async () => {
      // Decorators and `using` are newer than the oldest Node that is promised.
      const { code: script } = await transform(code, { loader: 'ts', format: 'esm', target: 'node20' });
      const path = folder + file.replace(/ts$/, 'mjs');
      writeFileSync(path, script);
      expect(() => execFileSync(process.execPath, [path], { timeout: 20_000, stdio: 'pipe' })).not.toThrow();
    }, 30_000);
  }
});
