// Runs the same tests in every runtime, with the packages that npm installed in the working directory. A page of the site lists the
// runtimes, and `npx pnpm@12 packed runtimes --update` writes that list. These tests are called promises.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { ROOT } from '../../../scripts/packages.ts';
import { stage } from '../behaviours/bundle.ts';
import { allRuntimes, type Results } from './runtimes.ts';

/** The output of `exit.js` for its arguments. A retry that waits keeps the process alive, but not with `unref`. */
const EXITS: Readonly<Record<string, string>> = {
  waiting: 'gave up',
  'waiting unref': '',
  'waiting-long unref': '',
  'kept unref': 'gave up\nkept',
  'attempting unref': '',
};

const path = process.cwd();
await stage(path);
const rows: Row[] = [];
for (const { name, version, run, exit, http2 } of allRuntimes()) {
  const found = await version();
  void describe(`${name} ${found}`, () => {
    void test('every promise is kept', async () => {
      const results = await run(path);
      assert.deepEqual(broken(results), []);
      rows.push({ name, version: found, results });
    });

    if (http2) {
      void test('what HTTP/2 says of a request decides whether it is sent again', async () => {
        assert.deepEqual(await http2(path), []);
      });
    }

    if (exit) {
      void test('a retry keeps the process alive, but not with `unref`', async () => {
        for (const [args, printed] of Object.entries(EXITS)) {
          assert.equal(await exit(path, args.split(' ')), printed, args);
        }
      });
    }
  });
}

void test('the page says which runtimes were run', () => {
  const table = tableOf(rows);
  if (process.env.UPDATE && rows.length === allRuntimes().length) updatePage(table);
  expectInPage(table);
});

/** The promises that were not kept, and what was wrong with each. */
function broken(results: Results): string[] {
  return Object.entries(results).flatMap(([form, packages]) =>
    Object.entries(packages).flatMap(([name, { kept, broken: promises }]) => {
      assert.ok(kept > 0, `${name}, ${form}: nothing was run`);
      return Object.entries(promises).map(([promise, what]) => `${name}, ${form}: ${promise}\n  ${what}`);
    }),
  );
}

const PAGE = join(ROOT, 'docs/guide/runtimes.md');
const BEGIN = '<!-- runtimes: `npx pnpm@12 packed runtimes --update` writes this -->\n';
const END = '<!-- /runtimes -->';
const PACKAGES = ['core', 'fetch', 'testing'];

interface Row {
  readonly name: string;
  readonly version: string;
  readonly results: Results;
}

/** Writes a row for each runtime, with the forms in which each package was tested. */
function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ name, version, results }) => {
    const forms = PACKAGES.map((name) => Object.keys(results).filter((form) => results[form]?.[name]));
    return `| ${[name, version, ...forms.map((found) => found.join(', ') || '–')].join(' | ')} |`;
  });
  const header = `| runtime | version | ${PACKAGES.map((name) => `\`@stamina/${name}\``).join(' | ')} |`;
  return [header, header.replaceAll(/[^|]+/g, ' --- '), ...lines].join('\n');
}

/** Writes the table into the page. */
function updatePage(table: string): void {
  const { before, after } = parts();
  writeFileSync(PAGE, `${before}${table}\n${after}`);
}

/** Expects the table in the page. The version of Chromium may be older there, because Debian updates it at any time. */
function expectInPage(table: string): void {
  const any = (text: string) => text.trim().replace(/(?<=\| Chromium \| )[\d.]+/, 'any');
  if (any(parts().between) === any(table)) return;
  throw new Error(
    `the table in docs/guide/runtimes.md is out of date; run \`npx pnpm@12 packed runtimes --update\`:\n${table}`,
  );
}

function parts(): { before: string; between: string; after: string } {
  const text = readFileSync(PAGE, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (begin < BEGIN.length || end < begin) throw new Error(`docs/guide/runtimes.md has no ${BEGIN.trim()} … ${END}`);
  return { before: text.slice(0, begin), between: text.slice(begin, end), after: text.slice(end) };
}
