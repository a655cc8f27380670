// The first example of each page that people start from retries what may pass by itself, and nothing else.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FlakyStep, flakyServer } from '@stamina/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { programsOf } from './support/programs.ts';

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

/** The pages whose first example limits each attempt. The first page of the site calls a `fetch` without a time limit. */
const LIMITED = ['README.md', 'packages/core/README.md', 'packages/fetch/README.md', 'docs/guide/tutorial.md'] as const;

test.concurrent.each(LIMITED)('the first example of %s retries a hang', { timeout: 30_000 }, async (page) => {
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
