import { execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Keeps what is compiled, because hundreds of processes run the same files. */
const NODE_COMPILE_CACHE = join(import.meta.dirname, '../node_modules/.cache/compiled');

/** Puts this process, and the processes that it starts, before all others if the machine allows it. */
export const raisePriority = (): void => {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only root may. Medians of alternating rounds hold without it.
  }
};

/** Runs a script with a job in a fresh process, and returns what the script reports. */
export async function runChild<Result>(script: string, job: object, flags: readonly string[] = []): Promise<Result> {
  const args = [...flags, join(import.meta.dirname, script), JSON.stringify(job)];
  const { stdout } = await execute(process.execPath, args, { env: { ...process.env, NODE_COMPILE_CACHE } });
  return JSON.parse(stdout) as Result;
}

/** Measures a cold import in a fresh process, in milliseconds. */
export async function timeImport(module: string): Promise<number> {
  const code = `const start = performance.now(); await import('${module}'); console.log(performance.now() - start)`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', code], { cwd: import.meta.dirname });
  return Number(stdout);
}

export const readJob = <Job>(): Job => JSON.parse(process.argv[2] ?? 'null') as Job;

/** Reports to the parent process, and exits whatever is still waiting. */
export const report = (result: unknown): void => {
  process.stdout.write(JSON.stringify(result), () => process.exit());
};

/** Collects all garbage. The second time is for what the first one only made unreachable. */
export function collect(): void {
  if (!globalThis.gc) throw new Error('measuring the heap needs --expose-gc');
  globalThis.gc();
  globalThis.gc();
}

/**
 * Returns the bytes in use when nothing more can be collected. One collection is not enough, because finalizers run in a later
 * turn and free more, and because code that runs only once is dropped after some collections.
 */
export async function settledHeap(): Promise<number> {
  for (let collection = 0; collection < 20; collection++) {
    collect();
    await pause(20);
  }
  collect();
  return process.memoryUsage().heapUsed;
}
