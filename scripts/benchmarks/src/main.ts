// `pnpm bench`: runs one of the benchmarks.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadSuite } from './suites.ts';

const COMMANDS: Record<string, { readonly says: string; readonly run: readonly string[] }> = {
  calls: { says: 'Calls of core, its peers and loops by hand: time, memory, size.', run: ['measure.ts', 'calls'] },
  fetch: { says: 'HTTP requests of fetch, its peers and loops by hand.', run: ['measure.ts', 'fetch'] },
  errors: { says: 'The time that predicates of transient take to judge an error.', run: ['--expose-gc', 'errors.ts'] },
  outage: { says: 'The load that an outage adds to an origin, with and without a budget.', run: ['outage.ts'] },
  storm: {
    says: '100,000 clients that retry after an outage, simulated; also --seed and --clients.',
    run: ['../../../docs/storm/main.ts'],
  },
  endurance: {
    says: 'Very many calls of every kind, and what is left of them.',
    run: ['--expose-gc', '--no-compilation-cache', 'endurance/main.ts'],
  },
};

async function help(): Promise<string> {
  const lines = ['pnpm bench [command] [--quick] [--save]', '', 'Without a command: calls, fetch and errors.'];
  const list = (rows: readonly (readonly [string, string])[]) =>
    lines.push('', ...rows.map(([name, says]) => `  ${name.padEnd(20)}${says}`));
  list(Object.entries(COMMANDS).map(([name, { says }]) => [name, says]));
  list([
    ['--quick', 'Takes little time. Of calls and fetch, measures only what has a goal.'],
    ['--save', 'Keeps the results, and writes them into the READMEs that quote them.'],
  ]);
  for (const name of ['calls', 'fetch'] as const) {
    lines.push('', `pnpm bench ${name} [case…]`);
    list((await loadSuite(name)).cases.map(({ id, says }) => [id, says]));
  }
  return lines.join('\n');
}

// `pnpm bench -- --help` hands the `--` on.
const args = process.argv.slice(2).filter((argument) => argument !== '--');
const isNamed = args[0] !== undefined && !args[0].startsWith('-');
const names = isNamed ? [args[0] as string] : ['calls', 'fetch', 'errors'];
const rest = isNamed ? args.slice(1) : args;

if (args.includes('--help')) console.log(await help());
else {
  for (const name of names) {
    const command = COMMANDS[name];
    if (!command)
      throw new RangeError(`no benchmark is called \`${name}\`; there are ${Object.keys(COMMANDS).join(', ')}`);
    const run = command.run.map((part) => (part.endsWith('.ts') ? join(import.meta.dirname, part) : part));
    const { status } = spawnSync(process.execPath, [...run, ...rest], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
