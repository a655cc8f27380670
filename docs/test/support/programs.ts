import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../..');

/** The pages that are written by hand, as paths below `docs`. `home-code.md` is the code of the first page. */
export const pages: readonly string[] = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && !/node_modules|^reference|\.vitepress\/(?!theme)/.test(path))
  .sort();

export const textOf = (page: string): string => readFileSync(join(DOCS, page), 'utf8');

/** A program of a page. */
export interface Program {
  /** The page and the line where it begins. */
  readonly name: string;
  /** The name of its file, without an extension. */
  readonly file: string;
  readonly code: string;
  /** True if its blocks are marked `ts experimentalDecorators`, because they need this option of the compiler. */
  readonly experimentalDecorators: boolean;
  /** The text that it prints, or `undefined` if it is part of a Vitest project. */
  readonly prints: string | undefined;
  /** True if readers see its output and a part of its code, so that they cannot run what they see. */
  readonly hidesCode: boolean;
}

/**
 * A piece of a page:
 *
 * - a code block marked `ts`, or a comment that begins with `<!-- ts`. Readers do not see the code of a comment
 * - a code block marked `text`, or a comment that begins with `<!-- prints`: the output of all code before it
 */
const PIECE = /^(?:```(ts|text)|<!-- (ts|prints))( experimentalDecorators)?\n(.*?)^(?:```|-->)$/gms;

/** Returns the programs of a page. A program ends with its output. Each block that imports Vitest is a file. */
export function programsOf(page: string): Program[] {
  const text = textOf(page);
  const programs: Program[] = [];
  let pieces: string[] = [];
  let line = 0;
  let experimentalDecorators = false;
  const seen = { code: false, hidden: false };
  const end = (prints: string | undefined, isShown = false): void => {
    const file = `${page.replaceAll(/\W+/g, '-')}-${line}`;
    const hidesCode = isShown && seen.code && seen.hidden;
    programs.push({
      name: `${page}:${line}`,
      file,
      code: pieces.join('\n'),
      experimentalDecorators,
      prints,
      hidesCode,
    });
    pieces = [];
    experimentalDecorators = false;
    Object.assign(seen, { code: false, hidden: false });
  };
  for (const { 1: block, 2: comment, 3: option, 4: content = '', index } of text.matchAll(PIECE)) {
    if ((block ?? comment) === 'ts') {
      if (pieces.length === 0) line = text.slice(0, index).split('\n').length;
      pieces.push(content);
      seen[block ? 'code' : 'hidden'] = true;
      experimentalDecorators ||= option !== undefined;
      if (/from 'vitest(\/config)?'/.test(content)) end(undefined);
    } else {
      end(content.trimEnd(), block !== undefined);
    }
  }
  if (pieces.length > 0) throw new Error(`${page}:${line}: a program must be followed by its output`);
  return programs;
}
