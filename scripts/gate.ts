import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT } from './packages.ts';

/** Where and with what a command runs. */
export interface Setting {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the command reads from its standard input. */
  readonly input?: string;
}

/** Run a command, quietly; throw with all that it printed if it fails. */
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

/** The path of a command that the root's dependencies bring. */
export const tool = (name: string): string => join(ROOT, 'node_modules/.bin', name);

/** What a package manager's script adds to the environment. What the machine configures for npm stays. */
const ADDED = /^(pnpm_.*|npm_(?!config_).*|npm_config_(local_prefix|user_agent|allow_scripts)|NODE|INIT_CWD)$/i;

/** The environment that a user's shell has. */
export function userEnvironment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !ADDED.test(name));
  const path = process.env.PATH?.split(delimiter).filter((folder) => !/node_modules|pnpm|node-gyp-bin/.test(folder));
  return { ...Object.fromEntries(own), PATH: path?.join(delimiter) };
}

/** Run every check, tell how each went, and fail the process if any failed or there was none. */
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
