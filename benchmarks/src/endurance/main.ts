// `pnpm endurance`: mixed traffic through every surface, then what is left of it; and whether very many retries stall the event
// loop. Ten minutes, or `--minutes 1`; `--save` keeps the results and rewrites what READMEs quote of them. Fails where anything
// is left, or stalls. Wants `--expose-gc`, and `--no-compilation-cache`: that would hold 5 MB of what TypeScript was read with, and
// let go of them at any time, with a leak of that size behind it.
import { parseArgs } from 'node:util';
import { updateReadmes } from '../readmes.ts';
import { writeResults } from '../results.ts';
import { setting } from '../setting.ts';
import { type EnduranceResults, enduranceBlocks } from './report.ts';
import { endure } from './run.ts';
import { measureStalls } from './stalls.ts';
import { complaints } from './verdict.ts';

const FULL_MINUTES = 10;

const { values: flags } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    minutes: { type: 'string', default: String(FULL_MINUTES) },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const minutes = Number(flags.minutes);
if (!(minutes > 0)) throw new RangeError(`--minutes must be a number above 0, got ${flags.minutes}`);
// The first period is what later ones are compared with: a minute, or a third of a shorter run.
const periods = Math.max(3, Math.round(minutes));
const periodMs = (minutes * 60_000) / periods;
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

// The loop by hand is there to compare with, for who has the time.
const stalls = await measureStalls(minutes < FULL_MINUTES ? ['stamina'] : ['stamina', 'hand'], progress);
const endured = await endure(periods, periodMs, progress);
const results: EnduranceResults = { ...setting(), periods, periodMs, stalls, ...endured };
if (flags.json) console.log(JSON.stringify(results, null, 2));
else for (const [name, block] of Object.entries(enduranceBlocks(results))) console.log(`## ${name}\n\n${block}\n`);

const found = complaints(endured, stalls);
for (const complaint of found) console.error(`FAILED ${complaint}`);
if (found.length > 0) process.exitCode = 1;
else if (flags.save) {
  writeResults('endurance', results);
  updateReadmes();
}
