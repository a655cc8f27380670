import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const DOCS = join(import.meta.dirname, '..');
export const SNIPPETS: string = join(DOCS, 'snippets');

/** This one, which compiles TypeScript as it runs it: another may be on the path. */
const NODE = `'${process.execPath}'`;

/** What others import, rather than a program. */
const MODULES = ['migrating/answers.ts', 'observing/calls.ts'];

/** The snippets that are programs, as paths below their folder. */
export const programs: readonly string[] = readdirSync(SNIPPETS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('testing/vitest/') && !MODULES.includes(path))
  .sort();

/** Runs a command in the folder of the site; returns all that it printed, in its order. Throws where it fails. */
async function run(command: string): Promise<string> {
  // A runner that finds another's variables would take itself for its worker.
  const env = { PATH: process.env.PATH, NO_COLOR: '1' };
  const { stdout } = await promisify(execFile)('sh', ['-c', `{ ${command}; } 2>&1`], {
    cwd: DOCS,
    env,
    timeout: 60_000,
  });
  return stdout;
}

/** What a program prints, as a reader sees it. */
export async function outputOf(program: string): Promise<string> {
  const file = `snippets/${program}`;
  // Node compiles no decorators.
  const decorated = /^ *@\w+\(/m.test(readFileSync(join(DOCS, file), 'utf8'));
  const compiled = `node_modules/.bin/esbuild ${file} --format=esm --target=node22`;
  return await run(decorated ? `${compiled} | ${NODE} --input-type=module` : `${NODE} ${file}`);
}

/** What the tests among the snippets print. */
export async function testOutput(): Promise<string> {
  return await run('node_modules/.bin/vitest run --root snippets/testing/vitest');
}
