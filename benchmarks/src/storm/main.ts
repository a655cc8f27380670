// The retry storm: what becomes of a server, and of its clients' calls, when these retry in one way or another.
// `pnpm storm` plays it and writes figures and tables; `benchmarks/storm/README.md` tells what they show.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { figure } from './figure.ts';
import { keep } from './keep.ts';
import { replaceMarked } from './marked.ts';
import { whole } from './numbers.ts';
import { tell } from './story.ts';
import { outcomeTable } from './table.ts';
import { THEMES } from './theme.ts';
import { sensitivity } from './variation.ts';

const { values: flags } = parseArgs({
  // `pnpm storm -- --check` hands the `--` on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '100000' },
    million: { type: 'boolean', default: false },
    sensitivity: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});

const FOLDER = fileURLToPath(new URL('../../storm/', import.meta.url));
const PAGE = `${FOLDER}README.md`;

function wholeNumber(name: string, given: string, least: number): number {
  const value = Number(given);
  if (Number.isInteger(value) && value >= least) return value;
  throw new RangeError(`--${name} must be a whole number of at least ${least}, got ${given}`);
}

const seed = wholeNumber('seed', flags.seed, 0);
const clients = flags.million ? 1_000_000 : wholeNumber('clients', flags.clients, 1_000);
// What is committed is one play; others are written beside it, and git ignores them.
const isCommitted = seed === 1 && clients === 100_000;
const folder = isCommitted ? FOLDER : `${FOLDER}seed-${seed}-clients-${clients}/`;

if (flags.sensitivity && !isCommitted) {
  throw new RangeError('--sensitivity has seeds and clients of its own; leave out --seed, --clients and --million');
}

const files = new Map<string, string>();
const parts = new Map<string, string>();
if (flags.sensitivity) {
  for (const [name, table] of Object.entries(await sensitivity())) parts.set(name, table);
} else {
  for (const story of await tell(clients, seed)) {
    parts.set(story.id, outcomeTable(story));
    for (const theme of THEMES) files.set(`${folder}${story.id}-${theme.id}.svg`, figure(story, theme));
  }
}
for (const [name, table] of parts) console.log(`${name}\n\n${table}\n`);
if (isCommitted) {
  const page = readFileSync(PAGE, 'utf8');
  files.set(
    PAGE,
    [...parts].reduce((text, [name, table]) => replaceMarked(text, name, table), page),
  );
}

const changed = keep(files, flags.check);
const { maxRSS } = process.resourceUsage();
console.error(
  `${whole(performance.now() / 1_000)} s, ${whole(process.cpuUsage().user / 1e6)} s of processor, at most ${whole(maxRSS / 1_024)} MB`,
);
if (changed.length > 0) {
  console.error(
    `not what the simulation gives: ${changed.join(', ')}; run \`pnpm storm${flags.sensitivity ? ' --sensitivity' : ''}\` and commit it`,
  );
  process.exitCode = 1;
} else if (!flags.check) {
  console.error(`written: ${[...files.keys()].map((file) => relative('', file)).join(', ')}`);
}
