// A real registry on loopback, and npm to install from it. Both come from npm, and only where they are needed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from '../scripts/installed.ts';
import { ROOT } from '../scripts/packages.ts';

const SOURCE = join(ROOT, 'e2e/registry');

export interface Registry {
  readonly url: string;
  /** npm's own program, of a version that does not depend on the machine. */
  readonly npm: string;
  stop(): void;
}

/** Starts an empty registry, whose files are in `storage`. */
export async function startRegistry(storage: string): Promise<Registry> {
  const path = installed(SOURCE);
  copyFileSync(join(SOURCE, 'main.js'), join(path, 'main.js'));
  const child = spawn(process.execPath, [join(path, 'main.js'), storage], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const url = String(line).trim();
  if (!URL.canParse(url)) throw new Error(`the registry does not start: ${url}`);
  return { url, npm: join(path, 'node_modules/npm/bin/npm-cli.js'), stop: () => void child.kill() };
}
