// `pnpm bench errors`: measures how long `isTransient` of each module of @stamina/transient takes to judge an error, and what it
// allocates if the answer is no.
import { isTransient as aws } from '@stamina/transient/aws';
import { isTransient as axios } from '@stamina/transient/axios';
import { isTransient as grpc } from '@stamina/transient/grpc';
import { isTransient as llm } from '@stamina/transient/llm';
import { isTransient as mongodb } from '@stamina/transient/mongodb';
import { isTransient as mysql } from '@stamina/transient/mysql';
import { isTransient as pg } from '@stamina/transient/pg';
import { isTransient as prisma } from '@stamina/transient/prisma';
import { isTransient as redis } from '@stamina/transient/redis';
import { collect } from './child.ts';
import { updateReadmes } from './readmes.ts';
import { readFlags, setting, summarize, writeResults } from './results.ts';
import { errorsBlocks, type Judgements } from './tables.ts';

type Predicate = (error: unknown) => unknown;
const MODULES: Record<string, Predicate> = { aws, axios, grpc, llm, mongodb, mysql, pg, prisma, redis };

/** The most that judging an error should take, in ns. As for other goals, only twice as much is a failure. */
const GOAL = 1_000;
/** The most that it may allocate, in bytes. The smallest object takes 16, and the process itself allocates a little. */
const MOST_BYTES = 8;

const coded = (code: string, more: object = {}): Error => Object.assign(new Error('failed'), { code, ...more });
/** Makes an error with causes, the last of which is `error`. */
const caused = (causes: number, error: Error, more: object = {}): Error =>
  causes === 0 ? error : Object.assign(new Error('could not load', { cause: caused(causes - 1, error, more) }), more);
/** Makes the error of an answer, in the forms of axios, AWS and the clients of LLMs together. */
const answered = (status: number, headers: object): Error =>
  coded('ERR_BAD_REQUEST', { status, headers, response: { status, headers }, $metadata: { httpStatusCode: status } });
/** Makes mistakes with a field that no other one has. Such errors slow compiled code down. */
const various = Array.from({ length: 60 }, (_, index) => {
  const more = { [`field${index}`]: index };
  return caused(2, coded('42P01', more), more);
});

/** Add a row to measure another error. The errors of a row are judged in turn. */
const ROWS: readonly { readonly title: string; readonly errors: readonly Error[] }[] = [
  { title: 'a mistake, such as a wrong query', errors: [coded('42P01')] },
  { title: 'a mistake that two errors wrap', errors: [caused(2, coded('42P01'))] },
  { title: 'the same, if errors have 60 different sets of fields', errors: various },
  { title: 'a status that does not pass, 404', errors: [answered(404, { date: 'now' })] },
  { title: 'a lost connection', errors: [coded('ECONNRESET')] },
  { title: 'a lost connection that two errors wrap', errors: [caused(2, coded('ECONNRESET'))] },
  { title: 'the status 429, with `Retry-After`', errors: [answered(429, { date: 'now', 'retry-after': '2' })] },
];

const { quick, save } = readFlags().values;
const ROUNDS = quick ? 50 : 400;
/** The errors that are judged in a round, and before the first one, so that the code is compiled. */
const JUDGED = 1_200;
const WARM_UP = 60_000;

function judge(isTransient: Predicate, errors: readonly Error[], count: number): void {
  for (let done = 0; done < count; done += errors.length) {
    for (let index = 0; index < errors.length; index++) isTransient(errors[index]);
  }
}

/** Returns the nanoseconds for one error in each round. */
function timesOf(isTransient: Predicate, errors: readonly Error[]): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const begun = performance.now();
    judge(isTransient, errors, JUDGED);
    return ((performance.now() - begun) * 1e6) / JUDGED;
  });
}

/** Returns the bytes for one error. The lowest of several rounds was disturbed least. */
function bytesOf(isTransient: Predicate, errors: readonly Error[]): number {
  const rounds = Array.from({ length: 10 }, () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    judge(isTransient, errors, 10 * JUDGED);
    return Math.abs(process.memoryUsage().heapUsed - before) / (10 * JUDGED);
  });
  return Math.min(...rounds);
}

for (const { errors } of ROWS) for (const isTransient of Object.values(MODULES)) judge(isTransient, errors, WARM_UP);

const figures: Judgements = {};
const failures: string[] = [];
for (const { title, errors } of ROWS) {
  const row: Judgements[string] = { ns: {}, bytes: {} };
  figures[title] = row;
  for (const [name, isTransient] of Object.entries(MODULES)) {
    const times = summarize(timesOf(isTransient, errors));
    row.ns[name] = times;
    if (times[1] > 2 * GOAL) failures.push(`${title}: ${name} takes ${times[1]} ns, and the goal is ${GOAL} ns`);
    if (isTransient(errors[0]) !== false) continue;
    const bytes = Math.round(bytesOf(isTransient, errors));
    row.bytes[name] = bytes;
    if (bytes > MOST_BYTES) failures.push(`${title}: ${name} allocates ${bytes} B for an error that it does not name`);
  }
}

const results = { ...setting(), figures };
for (const block of Object.values(errorsBlocks(results))) console.log(`${block}\n`);
if (save) {
  writeResults('errors', results);
  updateReadmes();
}
for (const failure of failures) console.error(`FAILED ${failure}`);
if (failures.length > 0) process.exitCode = 1;
