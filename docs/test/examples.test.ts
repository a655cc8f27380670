// The examples of docstrings and of `llms.txt`, and the first example of each page that people start from.
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FlakyStep, flakyServer } from '@stamina/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Entry, packages, valuesOf } from '../../scripts/packages.ts';
import { checkReadme } from '../../scripts/vitest/readme.ts';
import { programsOf } from './support/programs.ts';

const HERE = import.meta.dirname;
const FOLDER = join(HERE, '.readme/docstrings');
const TSC = join(HERE, '../../node_modules/typescript/bin/tsc');

/** The reader's code, which examples use without saying where it comes from. */
const NAMES = `
declare const id: string;
declare let rows: unknown[];
declare let text: string;
declare const path: string;
declare class HttpError extends Error {
  readonly status: number;
}
declare function load(id?: string | number, signal?: AbortSignal): Promise<unknown>;
declare function loadUser(id: number): Promise<unknown>;
declare function fetchUser(id: string): Promise<unknown>;
declare function query(): Promise<unknown[]>;
declare function isAxiosError(error: unknown): error is { readonly response?: Response };
declare class UndiciInstrumentation {
  constructor(config: { startSpanHook: () => import('@opentelemetry/api').Attributes });
}
declare const logger: import('pino').Logger;
declare const expect: typeof import('vitest').expect;
declare const readFileSync: typeof import('node:fs').readFileSync;
declare const recorder: import('@stamina/testing').RetryRecorder;
interface Rows {
  readonly length: number;
}
declare function send(sql: string): Promise<Rows>;
declare function isConnectionLost(error: unknown): boolean;
declare const AsyncLocalStorage: typeof import('node:async_hooks').AsyncLocalStorage;
declare function test(): unknown;
declare module 'axios' {
  const axios: { get(url: string, config: { signal: AbortSignal }): Promise<{ readonly data: unknown }> };
  export default axios;
}
`;

const ENTRIES = packages.flatMap(({ entries }) => entries);
const CORE = ENTRIES.find(({ specifier }) => specifier === '@stamina/core') as Entry;

/** Returns the examples in the docstrings of the declarations that users get, which are also in the reference. */
function examplesOf(declarations: string): string[] {
  const docstrings = readFileSync(declarations, 'utf8').match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  return docstrings
    .map((docstring) => docstring.replaceAll(/^\s*\* ?|\s*\*\/$/gm, ''))
    .flatMap((text) => text.split(/^@example\n/m).slice(1))
    .map((example) => example.split(/^@\w+/m)[0]?.trim() ?? '');
}

/** Imports what the code names of the package that it is an example of, and of core. */
function importsFor(code: string, entry: Entry): string[] {
  const taken = new Set<string>();
  const imports: string[] = [];
  for (const source of new Set([entry, CORE])) {
    const names = valuesOf(source).filter(
      (name) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`const ${name} =`).test(code) && !taken.has(name),
    );
    for (const name of names) taken.add(name);
    imports.push(`import { ${names.join(', ')} } from '${source.specifier}';`);
  }
  return imports;
}

test('the examples of the docstrings compile', async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const files: string[] = [];
  for (const entry of ENTRIES) {
    const { specifier, esmTypes } = entry;
    // A module that registers itself when it is imported exports no names.
    const examples = specifier.endsWith('/register') ? [] : examplesOf(esmTypes);
    for (const [index, code] of examples.entries()) {
      const file = `${specifier.replaceAll(/\W+/g, '-')}-${index}.ts`;
      writeFileSync(join(FOLDER, file), [...importsFor(code, entry), code, 'export {};\n'].join('\n'));
      files.push(file);
    }
  }
  writeFileSync(join(FOLDER, 'names.d.ts'), NAMES);
  const project = join(FOLDER, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({
      extends: '../../../tsconfig.json',
      compilerOptions: { moduleDetection: 'force', noUnusedLocals: false },
      include: [],
      files: [...files, 'names.d.ts'],
    }),
  );
  const { stdout } = spawnSync(process.execPath, [TSC, '-p', project, '--pretty', 'false'], { encoding: 'utf8' });

  expect(files.length).toBeGreaterThan(10);
  expect(stdout).toBe('');
});

checkReadme(import.meta.url, 'packages/core/llms.txt', { names: NAMES });

describe('pages that people start from', () => {
  // The first example of each page that people start from retries what may pass by itself, and nothing else.

  const ROOT = join(import.meta.dirname, '../..');
  const FOLDER = join(import.meta.dirname, '.readme/first-examples');

  const PAGES = [
    'README.md',
    'packages/core/README.md',
    'packages/fetch/README.md',
    'docs/guide/tutorial.md',
    'docs/.vitepress/theme/home-code.md',
  ] as const;

  const RETRIED: readonly [title: string, step: FlakyStep][] = [
    ['a 429', { status: 429 }],
    ['a 503', { status: 503 }],
    ['a lost connection', { reset: true }],
  ];
  const NOT_RETRIED: readonly [title: string, status: number][] = [
    ['a 404', 404],
    ['a 401', 401],
  ];

  function firstBlock(page: string): string | undefined {
    return /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, page), 'utf8'))?.[1];
  }

  /** Returns the first example of a page as a program that calls the server at `url`. */
  function programOf(page: (typeof PAGES)[number], url: string): string {
    const code = page.startsWith('docs/') ? programsOf(page.slice('docs/'.length))[0]?.code : firstBlock(page);
    const server = `{ url: '${url}', requests: [], close() {} }`;
    const program = (code ?? '').replace(/https:\/\/[\w.]+/, url).replace(/await flakyServer\(\[.*?\]\)/s, server);
    expect(program).toContain(url);
    return program;
  }

  /** Runs the first example of a page against a server that fails once, and counts the requests. */
  async function run(page: (typeof PAGES)[number], failure: FlakyStep): Promise<{ error?: string; requests: number }> {
    await using server = await flakyServer([failure, { body: '{"name":"Ada"}' }]);
    const file = join(FOLDER, `${new URL(server.url).port}.ts`);
    writeFileSync(file, programOf(page, server.url));
    try {
      await promisify(execFile)(process.execPath, [file], { timeout: 30_000 });
      return { requests: server.requests.length };
    } catch (error) {
      const [message = String(error)] = /status (?:code )?\d+/.exec((error as { stderr: string }).stderr) ?? [];
      return { error: message.replace('code ', ''), requests: server.requests.length };
    }
  }

  beforeAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
  });

  test.concurrent.each(PAGES)('the first example of %s retries a hang', { timeout: 30_000 }, async (page) => {
    expect(await run(page, { hang: true })).toEqual({ requests: 2 });
  });

  describe.concurrent.each(PAGES)('the first example of %s', (page) => {
    test.each(RETRIED)('retries %s', async (_, failure) => {
      expect(await run(page, failure)).toEqual({ requests: 2 });
    });

    test.each(NOT_RETRIED)('does not retry %s', async (_, status) => {
      expect(await run(page, { status })).toEqual({ error: `status ${status}`, requests: 1 });
    });
  });
});
