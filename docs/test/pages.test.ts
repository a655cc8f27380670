// The code of the pages compiles, runs, and prints what the pages say.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { retry, retryContext } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retrySync } from '@stamina/core/sync';
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

/** Replaces durations, ports and the ids of processes, which differ from run to run. */
function withoutTimes(output: string): string {
  return output
    .replaceAll(/\b\d+(\.\d+)? ?m?s\b/g, '… ms')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replaceAll(/\(node:\d+\)/g, '(node:…)')
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

test.each(pages)('readers can run what prints: %s', (page) => {
  const hiding = programsOf(page).filter(({ hidesCode }) => hidesCode);
  expect(hiding.map(({ name }) => name)).toEqual([]);
});

describe('the page about troubleshooting', () => {
  // The messages that the page about troubleshooting explains are messages that core has.

  const PAGE = readFileSync(join(import.meta.dirname, '../guide/troubleshooting.md'), 'utf8');

  /** The messages as the table has them: `…` stands for any text. */
  const EXPLAINED = Array.from(PAGE.matchAll(/^\| `` (.+?) `` /gm), ([, message = '']) => message);

  /** Messages of a runtime without blocking waits, and of a runtime that runs a mock of core. */
  const ELSEWHERE = ['blocking is not possible here; …', '… libraryPolicy) is not a function'];

  // TypeScript refuses these too.
  const given = (value: unknown): never => value as never;
  type Wrap = (fn: () => unknown) => () => unknown;
  const load = async function load(): Promise<void> {};
  const fail = (): never => {
    throw new Error('not yet');
  };
  class Users {}

  const MISTAKES: readonly (() => unknown)[] = [
    () => retry(given(load)),
    () => (retry as (...args: unknown[]) => unknown)({ on: Error }, load),
    () => retry({ on: given('HttpError') }),
    () => retry({ on: Error, ...{ retries: 3 } }),
    () => retry({ on: Error, timeout: given(null) }),
    () => retry({ on: Error, timeout: given('5s') }),
    () => retry({ on: Error, attempts: Infinity, timeout: Infinity }),
    () => retry({ on: Error, signal: given(new AbortController()) }),
    () =>
      retry({ on: Error, signal: AbortSignal.timeout(1_000) })(given(load), given({ kind: 'method', name: 'load' })),
    () => retry({ on: Error, attemptTimeout: 300 })(load),
    () => retrySync({ on: Error, ...{ attemptTimeout: 300 } }),
    () => retry({ on: Error }).run(given(load())),
    () => retry({ on: Error })(given(Users)),
    () => retry({ on: Error })(given(undefined), given({ kind: 'field', name: 'load' })),
    () => retry({ on: Error }).run(load, given({ timeout: 5_000 })),
    () => retry({ on: given(() => {}) }).run(fail),
    async () => {
      const call = libraryPolicy().begin();
      const retryable = { attempt: load, classify: () => false };
      await call.retry(new Error('not yet'), retryable).catch(() => {});
      await call.retry(new Error('not yet'), retryable);
    },
    async () => {
      for await (const attempt of retryContext({ on: Error })) {
        attempt.fail(new Error('not yet'));
        attempt.fail(new Error('not yet'));
      }
    },
    async () => {
      let first: { fail(error: unknown): void } | undefined;
      for await (const attempt of retryContext({ on: Error, waitMax: 0 })) {
        first ??= attempt;
        first.fail(new Error('not yet'));
      }
    },
    () => retrySync({ on: Error }).run(given(load)),
    () => retry({ on: Error, signal: given(Object.assign(new EventTarget(), { aborted: true })) }).run(load),
    () => retrySync({ on: given(async () => true) }).run(fail),
    () => (retry({ on: Error }) as Wrap)(function* () {})(),
    () => (retrySync({ on: Error }) as Wrap)(async function* () {})(),
    () => retry({ on: Error, deadline: 1, waitMax: 0, attempts: Infinity }).run(() => new Promise(() => {})),
    () =>
      retry({ on: Error, attempts: 2, attemptTimeout: 300, waitMax: 0 }).run(
        ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      ),
  ];

  async function messageOf(mistake: () => unknown): Promise<string> {
    try {
      await mistake();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error(`core allows ${mistake}`);
  }

  test('core has each message that the page explains', async () => {
    const messages = await Promise.all(MISTAKES.map(messageOf));
    const isKnown = (explained: string): boolean => {
      const [start = '', ...others] = explained.split(/ ?…/);
      return messages.some((message) => message.startsWith(start) && others.every((part) => message.includes(part)));
    };
    expect(EXPLAINED.length).toBeGreaterThan(20);
    expect(EXPLAINED.filter((explained) => !ELSEWHERE.includes(explained) && !isKnown(explained))).toEqual([]);
  });
});
