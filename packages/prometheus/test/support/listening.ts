import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const PACKAGE: string = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a program, and waits until it prints its address, which is what the first group of `address` matches. */
export async function startListening(
  command: string,
  args: readonly string[],
  address: RegExp,
  cwd: string = PACKAGE,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    return { url: `http://${await readAddress(child, address)}`, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function readAddress(child: ChildProcess, address: RegExp): Promise<string> {
  const lines: string[] = [];
  const found = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      // The output is read to its end, because a program whose output nobody reads would block.
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
        lines.push(line);
        const [, where] = address.exec(line) ?? [];
        if (where !== undefined) resolve(where);
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it exited with ${code} after this output:\n${lines.join('\n')}`)));
  });
  return found;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
