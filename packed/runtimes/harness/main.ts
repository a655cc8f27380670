// Runs the same tests in every runtime, with the packages that npm installed in the working directory. The README lists the
// runtimes, and `npx pnpm@12 packed runtimes --update` writes that list. These tests are called promises.
import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { allRuntimes, type Results } from './runtimes.ts';
import { stage } from './stage.ts';
import { expectInReadme, type Row, tableOf, updateReadme } from './table.ts';

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
for (const { name, version, run, exit } of allRuntimes()) {
  const found = await version();
  void describe(`${name} ${found}`, () => {
    void test('every promise is kept', async () => {
      const results = await run(path);
      assert.deepEqual(broken(results), []);
      rows.push({ name, version: found, results });
    });

    if (exit) {
      void test('a retry keeps the process alive, but not with `unref`', async () => {
        for (const [args, printed] of Object.entries(EXITS)) {
          assert.equal(await exit(path, args.split(' ')), printed, args);
        }
      });
    }
  });
}

void test('the README says which runtimes were run', () => {
  const table = tableOf(rows);
  if (process.env.UPDATE && rows.length === allRuntimes().length) updateReadme(table);
  expectInReadme(table);
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
