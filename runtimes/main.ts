// Runs one suite of promises in every runtime, on the packages as they are packed. The README says which were run:
// `pnpm runtimes` fails where it says anything else, and `pnpm runtimes --update` writes it.
import { report } from '../scripts/gate.ts';
import { allRuntimes, type Results, type Runtime } from './runtimes.ts';
import { stage } from './staged.ts';
import { expectInReadme, type Row, tableOf, updateReadme } from './table.ts';

/** What `exit.js` prints for its arguments: a retry that waits keeps the process, and with `unref` does not. */
const EXITS: readonly [args: string, printed: string][] = [
  ['waiting', 'gave up'],
  ['waiting unref', ''],
  ['waiting-long unref', ''],
  ['kept unref', 'gave up\nkept'],
  ['attempting unref', ''],
];

const path = await stage();
const checks: Record<string, () => string> = {};
const rows: Row[] = [];
const runtimes = allRuntimes();
for (const runtime of runtimes) {
  const version = await runtime.version();
  const title = `${runtime.name} ${version}`;
  const [suite, exited] = await Promise.allSettled([runtime.run(path), exits(runtime)]);
  if (suite.status === 'fulfilled') rows.push({ name: runtime.name, version, results: suite.value });
  checks[title] = () => {
    if (suite.status === 'rejected') throw suite.reason;
    return expectKept(suite.value);
  };
  if (runtime.exit) {
    checks[`${title}: a retry keeps the process unless it is told not to`] = () => {
      if (exited.status === 'rejected') throw exited.reason;
      return exited.value;
    };
  }
}
checks['the README says which were run'] = () => {
  if (rows.length < runtimes.length) throw new Error('not all of them were run');
  const table = tableOf(rows);
  if (process.argv.includes('--update')) updateReadme(table);
  expectInReadme(table);
  return `${rows.length} runtimes`;
};
report(checks);

async function exits({ exit }: Runtime): Promise<string> {
  for (const [args, expected] of exit ? EXITS : []) {
    const printed = await exit?.(path, args.split(' '));
    if (printed !== expected)
      throw new Error(`${args}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(printed)}`);
  }
  return `${EXITS.length} processes`;
}

/** Tells how many promises were kept; throws with those that were not. */
function expectKept(results: Results): string {
  const notes: string[] = [];
  const wrong: string[] = [];
  for (const [form, packages] of Object.entries(results)) {
    for (const [name, { kept, broken }] of Object.entries(packages)) {
      notes.push(`${name} ${kept}, ${form}`);
      for (const [promise, what] of Object.entries(broken)) wrong.push(`${name}, ${form}: ${promise}\n  ${what}`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return `promises kept: ${notes.join('; ')}`;
}
