// Plays the retry storm: what happens to a server and its clients' calls in an outage, for six ways to retry.
// `pnpm bench storm` compares the figures and tables of `guide/storm.md` with the simulation; `--save` writes them.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { figure } from './figure.ts';
import { otherScenes, outcomeTable, tell, whole } from './tables.ts';

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '100000' },
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: 'seed' | 'clients', least: number): number {
  const value = Number(flags[name]);
  if (Number.isInteger(value) && value >= least) return value;
  throw new RangeError(`--${name} must be a whole number of at least ${least}, got ${flags[name]}`);
}
const seed = wholeNumber('seed', 0);
const clients = wholeNumber('clients', 1_000);
/** The page shows one play. The tables of other plays are only printed. */
const isOfPage = seed === 1 && clients === 100_000;
if (flags.save && !isOfPage) throw new RangeError('--save writes the page, which has --seed 1 and --clients 100000');

const PAGE = join(import.meta.dirname, '../guide/storm.md');
const files = new Map<string, string>();
const tables: Record<string, string> = {};
for (const story of await tell(clients, seed)) {
  tables[story.id] = outcomeTable(story);
  files.set(join(import.meta.dirname, `${story.id}.svg`), figure(story));
}
if (!flags.quick && isOfPage) Object.assign(tables, await otherScenes());

let page = readFileSync(PAGE, 'utf8');
for (const [name, table] of Object.entries(tables)) {
  console.log(`${name}\n\n${table}\n`);
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`the page has no ${open} … ${close}`);
  page = `${page.slice(0, from)}${open}\n\n${table}\n\n${page.slice(to)}`;
}
files.set(PAGE, page);
const { maxRSS } = process.resourceUsage();
console.error(`${whole(performance.now() / 1_000)} s, at most ${whole(maxRSS / 1_024)} MB`);

const changed = [...files].filter(([file, text]) => readFileSync(file, 'utf8') !== text);
if (flags.save) {
  for (const [file, text] of changed) writeFileSync(file, text);
} else if (isOfPage && changed.length > 0) {
  const names = changed.map(([file]) => basename(file)).join(', ');
  console.error(`the simulation gives something else than ${names}; run \`pnpm bench storm --save\` and commit it`);
  process.exitCode = 1;
}
