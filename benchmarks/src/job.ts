import { execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const execute = promisify(execFile);

/** So that not each of hundreds of processes compiles the same; JavaScript, which is what is timed while it loads, goes without. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/compiled/', import.meta.url));

/** Puts this process and what it starts before all others, where that is allowed. */
export const raisePriority = (): void => {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only root may. Medians of alternating rounds hold without it, too.
  }
};

/** Runs a child script with a job in a fresh process, and answers what it reported. */
export const runJob = async <Job, Result>(script: string, job: Job, flags: readonly string[] = []): Promise<Result> => {
  const env = script.endsWith('.ts') ? { ...process.env, NODE_COMPILE_CACHE: COMPILED } : process.env;
  const { stdout } = await execute(process.execPath, [...flags, script, JSON.stringify(job)], { cwd: HERE, env });
  return JSON.parse(stdout) as Result;
};

export const readJob = <Job>(): Job => JSON.parse(process.argv[2] ?? 'null') as Job;

/** Reports to the parent, and ends the process whatever is still waiting. */
export const report = (result: unknown): void => {
  process.stdout.write(JSON.stringify(result), () => process.exit());
};
