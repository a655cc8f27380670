// Runs one suite of promises in every runtime, on the packages as npm installed them in the working directory. The README
// says which runtimes those were; `npx pnpm@12 packed runtimes --update` writes it.
import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { allRuntimes, type Results } from './runtimes.ts';
import { stage } from './stage.ts';
import { expectInReadme, type Row, tableOf, updateReadme } from './table.ts';

/** What `exit.js` prints for its arguments: a retry that waits keeps the process, and with `unref` it does not. */
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
      void test('a retry keeps the process unless it is told not to', async () => {
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
