import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** The path of a file below `test`. */
export const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Runs this Node with `args` until it exits; one that does not within `within` ms is killed, and has no code. */
export function node(args: readonly string[], within = 60_000): Promise<Ended> {
  return new Promise((resolve) => {
    // A runner that finds another's variables would take itself for its worker.
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
