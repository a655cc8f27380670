// `pnpm bench`: stamina beside its peers. Markdown on standard output, or `--json`; `--save` keeps the results and
// rewrites what READMEs quote of them.
import { parseArgs } from 'node:util';
import { CONTENDERS, findContender } from './calls/contenders.ts';
import { CALL_METRICS, WAITING_METRICS } from './calls/metrics.ts';
import { callSeries } from './calls/series.ts';
import { waitingSeries } from './calls/waiting-series.ts';
import { type Effort, FULL, MILLION, ONCE, QUICK } from './effort.ts';
import { FETCH_METRICS } from './fetch/metrics.ts';
import { fetchSeries } from './fetch/series.ts';
import { raisePriority } from './job.ts';
import type { BenchResults } from './measured.ts';
import { moduleSeries } from './modules/series.ts';
import { updateReadmes } from './readmes.ts';
import { benchBlocks } from './report.ts';
import { writeResults } from './results.ts';
import { takeInTurn } from './series.ts';
import { setting } from './setting.ts';

const PARTS = ['calls', 'waiting', 'modules', 'fetch'];
const METRICS = [...CALL_METRICS, ...WAITING_METRICS, ...FETCH_METRICS].map(({ id }) => id);

const { values: flags } = parseArgs({
  // `pnpm bench -- --quick` hands the `--` on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    quick: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    million: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: PARTS },
    contender: { type: 'string', multiple: true, default: [] },
    metric: { type: 'string', multiple: true, default: METRICS },
  },
});

const check = (name: string, given: readonly string[], known: readonly string[]): void => {
  const unknown = given.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new RangeError(`no ${name} \`${unknown}\`; there are ${known.join(', ')}`);
};
check('part', flags.only, PARTS);
check('metric', flags.metric, METRICS);
const whole = flags.only === PARTS && flags.metric === METRICS && flags.contender.length === 0;
if (flags.save && (!whole || flags.quick)) throw new Error('--save keeps whole runs alone: leave the other flags out');

const effort: Effort = {
  ...(flags.quick ? QUICK : flags.once ? ONCE : FULL),
  ...(flags.million && { mostWaiting: MILLION }),
};
const contenders = flags.contender.length === 0 ? CONTENDERS : flags.contender.map(findContender);
const wanted = (metric: string): boolean => flags.metric.includes(metric);
const measures = (part: string): boolean => flags.only.includes(part);

raisePriority();
const calls = measures('calls') ? callSeries(contenders, effort, wanted) : undefined;
const waiting = measures('waiting') ? waitingSeries(contenders, effort, wanted) : undefined;
// A choice of contenders or metrics is one of calls.
const modules =
  measures('modules') && flags.metric === METRICS && flags.contender.length === 0 ? moduleSeries(effort) : undefined;
const fetch = measures('fetch') && flags.contender.length === 0 ? fetchSeries(effort, wanted) : undefined;

const begun = performance.now();
const series = [calls, waiting, modules, fetch].flatMap((part) => part?.series ?? []);
const failures = await takeInTurn(series, (text) => process.stderr.write(`${text}\n`));
const results: BenchResults = {
  ...setting(),
  effort,
  minutes: (performance.now() - begun) / 60_000,
  ...(calls && { calls: calls.figures() }),
  ...(waiting && { waiting: waiting.figures() }),
  ...(modules && { modules: await modules.figures() }),
  ...(fetch && { fetch: fetch.figures() }),
};

if (flags.json) console.log(JSON.stringify(results, null, 2));
else {
  for (const [name, block] of Object.entries(benchBlocks(results))) {
    if (block) console.log(`## ${name}\n\n${block}\n`);
  }
}
if (flags.save) {
  writeResults('bench', results);
  updateReadmes();
}
for (const failure of failures) console.error(`FAILED ${failure}`);
if (failures.length > 0) process.exitCode = 1;
