// `pnpm bench calls` and `pnpm bench fetch`: measures the cases of a suite, and compares stamina with its goals.
import { allNamesOf, measureBundle } from './bundle-size.ts';
import type { WaitingJob, WaitingResult } from './calls/waiting.ts';
import { raisePriority, runChild, timeImport } from './child.ts';
import { updateReadmes } from './readmes.ts';
import { type Figures, readFlags, readResults, setting, summarize, writeResults } from './results.ts';
import type { Job, Result } from './side-by-side.ts';
import { applies, beyondTwiceTheGoal, type Case, type Contender, find } from './suite.ts';
import { loadSuite } from './suites.ts';
import { blocksOf } from './tables.ts';

const { values: flags, positionals } = readFlags();
const [name, ...ids] = positionals;
const suite = await loadSuite(name);
const cases = ids.length === 0 ? suite.cases : ids.map((id) => find(suite.cases, id));
const { quick } = flags;

/** In a quick run, only what has a goal is measured, and its yardstick. */
function hasGoal({ id, yardstick }: Case, contender: Contender<unknown>): boolean {
  const withGoal = suite.contenders.filter(({ goals = {} }) => goals[id] ?? goals[`${id}:open`]);
  return withGoal.length > 0 && (withGoal.includes(contender) || contender.id === yardstick);
}

// Short rounds, most of which a busy machine does not interrupt.
const QUICK = { rounds: 61, roundMs: 1, warmUpMs: 40 };
const timing = quick ? QUICK : { rounds: suite.effort.rounds, roundMs: 15, warmUpMs: 400 };
/** Processes for each kind of measure. Even numbers let each side go first as often. */
const PROCESSES = quick
  ? { time: 2, bytes: 2, heap: 1, turn: 3, import: 15, size: 1 }
  : { time: suite.effort.others, bytes: 4, heap: 3, turn: 5, import: 41, size: 1 };
const BYTES_FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

const values: Record<string, Record<string, number[]>> = {};
function keep(metric: string, contender: string, samples: readonly number[]): void {
  values[metric] ??= {};
  values[metric][contender] ??= [];
  values[metric][contender].push(...samples);
}

async function sample(one: Case, contender: Contender<unknown>, pass: number): Promise<void> {
  const { id, measures } = one;
  if (measures === 'size') {
    const { module = '', names, platform } = contender;
    keep(id, contender.id, [(await measureBundle(module, allNamesOf(module), platform)).gzipped]);
    if (names) keep(`${id}:used`, contender.id, [(await measureBundle(module, names, platform)).gzipped]);
  } else if (measures === 'import') {
    keep(id, contender.id, [await timeImport(contender.module as string)]);
  } else if (measures === 'heap' || measures === 'turn') {
    const job: WaitingJob = { case: id, contender: contender.id };
    const waiting = await runChild<WaitingResult>('calls/waiting.ts', job, ['--expose-gc']);
    keep(id, contender.id, [waiting.value]);
  } else {
    const job: Job = { suite: suite.name, case: id, contender: contender.id, ...timing, subjectFirst: pass % 2 === 1 };
    const taken = await runChild<Result>('side-by-side.ts', job, measures === 'bytes' ? BYTES_FLAGS : []);
    const ratios = taken.subject.map((value, round) => value / (taken.yardstick[round] as number));
    keep(id, contender.id, measures === 'time' ? ratios : taken.subject);
    keep(id, one.yardstick, taken.yardstick);
    for (const [metric, sides] of Object.entries(taken.more)) {
      keep(`${id}:${metric}`, contender.id, [sides.subject]);
      keep(`${id}:${metric}`, one.yardstick, [sides.yardstick]);
    }
  }
}

const cells = cases.flatMap((one) =>
  suite.contenders
    .filter((contender) => applies(one, contender) && (!quick || hasGoal(one, contender)))
    .map((contender) => {
      const isOwn = contender.id === 'stamina' && one.measures === 'time' && !quick;
      return { one, contender, passes: isOwn ? suite.effort.own : PROCESSES[one.measures] };
    }),
);
raisePriority();
const failures: string[] = [];
// Every cell takes its first sample before any takes its second one, so that a slow hour of the machine is the same for all.
for (let pass = 0; pass < Math.max(...cells.map(({ passes }) => passes)); pass++) {
  const due = cells.filter(({ passes }) => pass < passes);
  // Every other pass goes backwards, because a process is slower after one that did much.
  if (pass % 2 === 1) due.reverse();
  for (const { one, contender } of due) {
    process.stderr.write(`${pass + 1}: ${one.id} ${contender.id}\n`);
    // A contender that fails must not cost the others their hour.
    await sample(one, contender, pass).catch((error: Error) =>
      failures.push(`${one.id} ${contender.id}: ${error.message}`),
    );
  }
}

const figures: Figures = {};
for (const [metric, byContender] of Object.entries(values)) {
  figures[metric] = Object.fromEntries(Object.entries(byContender).map(([id, taken]) => [id, summarize(taken)]));
}
for (const [title, block] of Object.entries(blocksOf(suite, { ...setting(), figures }))) {
  // The table of core's README repeats figures of the others.
  if (block && title !== 'core') console.log(`## ${title}\n\n${block}\n`);
}
if (flags.save) {
  const saved = readResults<Figures>(suite.name);
  // Some cases alone leave the others, and when these were measured, as they are.
  const all =
    ids.length > 0 && saved ? { ...saved, figures: { ...saved.figures, ...figures } } : { ...setting(), figures };
  writeResults(suite.name, all);
  updateReadmes();
}
failures.push(...beyondTwiceTheGoal(suite, figures));
for (const failure of failures) console.error(`FAILED ${failure}`);
if (failures.length > 0) process.exitCode = 1;
