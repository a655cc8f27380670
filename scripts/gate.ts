import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT } from './packages.ts';

/** The surroundings of a command. */
export interface Setting {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The text that the command reads from its standard input. */
  readonly input?: string;
}

/** Runs a command, and returns its standard output. If the command fails, throws an error with everything that it printed. */
export function run(command: string, args: readonly string[], setting: Setting = {}): string {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    ...setting,
  });
  if (status === 0) return stdout;
  const how = error?.message ?? (signal ? `was ended by ${signal}` : `exited with ${status}`);
  throw new Error(`${command} ${args.join(' ')}\n${how}\n${stdout ?? ''}${stderr ?? ''}`);
}

/** Returns the path of a command that the dependencies of the root install. */
export const tool = (name: string): string => join(ROOT, 'node_modules/.bin', name);

/** Variables that a package manager adds to the environment of a script. The machine's own configuration of npm is not among them. */
const ADDED = /^(pnpm_.*|npm_(?!config_).*|npm_config_(local_prefix|user_agent|allow_scripts)|NODE|INIT_CWD)$/i;

/** Returns the environment that the shell of a user has. */
export function userEnvironment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !ADDED.test(name));
  const path = process.env.PATH?.split(delimiter).filter((folder) => !/node_modules|pnpm|node-gyp-bin/.test(folder));
  return { ...Object.fromEntries(own), PATH: path?.join(delimiter) };
}

/** Runs every check, and prints its result. The process fails if a check fails, or if there is none. */
export function report(checks: Readonly<Record<string, () => string | void>>): void {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      const note = check();
      console.log(`ok      ${name}${note ? `: ${note}` : ''}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  const count = Object.keys(checks).length;
  if (count === 0) throw new Error('nothing was checked');
  if (failed > 0) {
    console.log(`${failed} of ${count} failed`);
    process.exitCode = 1;
  }
}
