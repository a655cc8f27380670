import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { programs, SNIPPETS } from './programs.ts';

const DOCS = join(import.meta.dirname, '..');

/** The pages that are written by hand, and what the first one shows. */
const pages: readonly string[] = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && !/node_modules|^reference|\.vitepress\/(?!theme)/.test(path))
  .sort();

const textOf = (page: string): string => readFileSync(join(DOCS, page), 'utf8');

/** What a page takes in: `<<< @/snippets/tutorial/first.ts#shown`. */
const included = (page: string): string[] =>
  Array.from(textOf(page).matchAll(/^<<< @\/(\S+)/gm), ([, path = '']) => path);

const INCLUDED = pages.flatMap(included);

describe('the code of a page', () => {
  test.each(pages)('is taken from files that are compiled and run: %s', (page) => {
    const fences = Array.from(textOf(page).matchAll(/^ *```(\S*)/gm), ([, language]) => language);
    const languages = fences.filter((_, index) => index % 2 === 0);
    // What is typed into a shell is no program.
    expect(languages.filter((language) => language !== 'sh')).toEqual([]);
  });

  test.each([...new Set(INCLUDED)])('is there: %s', (path) => {
    const [file = '', region] = path.replace(/\{.*/, '').split('#');
    expect(existsSync(join(DOCS, file))).toBe(true);
    if (region) expect(readFileSync(join(DOCS, file), 'utf8')).toContain(`// #endregion ${region}\n`);
  });
});

describe('a snippet', () => {
  test.each(programs)('is shown: %s', (program) => {
    const file = `snippets/${program}`;
    expect(INCLUDED.some((path) => path === file || path.startsWith(`${file}#`) || path.startsWith(`${file}{`))).toBe(
      true,
    );
  });

  test('has no output of a program that is gone', () => {
    const outputs = readdirSync(SNIPPETS, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.txt'),
    );
    expect(outputs.filter((path) => !programs.includes(path.replace(/txt$/, 'ts')))).toEqual([]);
  });
});
