import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Returns the path of a file in `test`. */
export const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Runs Node with `args` until it exits. If that takes longer than `within` ms, kills it; the code is then null. */
export function node(args: readonly string[], within = 60_000): Promise<Ended> {
  return new Promise((resolve) => {
    // A test runner that finds the variables of another runner would behave like one of its workers.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^(VITEST|JEST|NODE_TEST|NODE_V8_COVERAGE|NODE_OPTIONS)/.test(name),
      ),
    );
    const child = execFile(
      process.execPath,
      args,
      { env, timeout: within, killSignal: 'SIGKILL' },
      (_, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
    child.stdin?.end();
  });
}
