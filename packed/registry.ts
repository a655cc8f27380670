// A real registry on 127.0.0.1, to which anyone may publish. It has only what was published to it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { programs } from './programs.ts';

export interface Registry {
  readonly url: string;
  stop(): void;
}

/** Starts an empty registry, which keeps its files in `home`. */
export async function startRegistry(home: string): Promise<Registry> {
  // A process of its own, because the gate itself blocks while it waits for npm.
  const child = spawn(process.execPath, [import.meta.filename, home, programs()], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const url = String(line).trim();
  if (!URL.canParse(url)) throw new Error(`the registry does not start: ${url}`);
  return { url, stop: () => void child.kill() };
}

/** Serves until the input ends, so that the registry never outlives the gate that started it. */
async function serve(home: string, modules: string): Promise<void> {
  const { runServer } = createRequire(join(modules, 'index.js'))('verdaccio');
  const server: Server = await runServer({
    self_path: home,
    storage: join(home, 'storage'),
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$all' } },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
    web: { enable: false },
  });
  server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  process.stdin.resume().on('end', () => process.exit());
}

const [, program, home, modules] = process.argv;
if (program === import.meta.filename && home && modules) await serve(home, modules);
