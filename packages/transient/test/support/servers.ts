// Runs real servers of Debian for tests, each on a port and in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server that tests may stop and start as they like. */
export interface Server {
  readonly port: number;
  readonly folder: string;
  /** Starts the server, with further arguments, and waits until it serves. `ready` may be an earlier line of its output. */
  start(args?: readonly string[], ready?: RegExp): Promise<void>;
  /** Stops the server with a signal, and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Sends a signal to the server. */
  kill(signal: NodeJS.Signals): void;
  /** Stops the server, and removes its folder. */
  remove(): Promise<void>;
}

/** PostgreSQL and MariaDB refuse to run as root. The user `nobody` has this number in Debian. */
const USER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const POSTGRES_VERSIONS = '/usr/lib/postgresql';
const postgresBin = existsSync(POSTGRES_VERSIONS)
  ? join(POSTGRES_VERSIONS, readdirSync(POSTGRES_VERSIONS).sort().at(-1) ?? '', 'bin')
  : '';
const MARIADB = '/usr/sbin/mariadbd';
const REDIS = '/usr/bin/redis-server';

const titleOf = (name: string, isInstalled: boolean): string =>
  isInstalled ? `with ${name}` : `with ${name}, which is missing: install it with .ci/debian`;

export const hasPostgres: boolean = existsSync(join(postgresBin, 'postgres'));
export const WITH_POSTGRES: string = titleOf('PostgreSQL', hasPostgres);
export const hasMariadb: boolean = existsSync(MARIADB);
export const WITH_MARIADB: string = titleOf('MariaDB', hasMariadb);
export const hasRedis: boolean = existsSync(REDIS);
export const WITH_REDIS: string = titleOf('Redis', hasRedis);

export async function startPostgres(args: readonly string[] = []): Promise<Server> {
  const folder = newFolder('postgres');
  const data = join(folder, 'data');
  execFileSync(
    join(postgresBin, 'initdb'),
    ['--pgdata', data, '--username=postgres', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'],
    { ...USER, cwd: folder },
  );
  return startServer(
    join(postgresBin, 'postgres'),
    folder,
    (port) => [
      '-D',
      data,
      '-p',
      `${port}`,
      '-k',
      folder,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'fsync=off',
      ...args,
    ],
    /ready to accept connections/,
  );
}

export async function startMariadb(args: readonly string[] = []): Promise<Server> {
  const folder = newFolder('mariadb');
  const data = join(folder, 'data');
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${data}`,
      // Another server in the folder of the system would use the same names.
      `--tmpdir=${folder}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { ...USER, cwd: folder },
  );
  return startServer(
    MARIADB,
    folder,
    (port) => [
      '--no-defaults',
      `--datadir=${data}`,
      `--tmpdir=${folder}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--innodb-flush-log-at-trx-commit=0',
      '--skip-name-resolve',
      ...args,
    ],
    /ready for connections/,
  );
}

export async function startRedis(args: readonly string[] = []): Promise<Server> {
  const folder = newFolder('redis');
  return startServer(
    REDIS,
    folder,
    (port) => ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args],
    /Ready to accept connections/,
  );
}

function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `stamina-${name}-`));
  if (USER.uid !== undefined) chownSync(folder, USER.uid, USER.gid);
  return folder;
}

/** Returns a port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function startServer(
  command: string,
  folder: string,
  argsOf: (port: number) => readonly string[],
  serves: RegExp,
): Promise<Server> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server: Server = {
    port,
    folder,
    async start(args = [], ready = serves) {
      child = spawn(command, [...argsOf(port), ...args], { ...USER, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      await waitForLine(child, ready);
    },
    async stop(signal = 'SIGTERM') {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
    kill: (signal) => void child?.kill(signal),
    async remove() {
      await server.stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.remove();
    throw error;
  }
}

function waitForLine(child: ChildProcess, line: RegExp): Promise<void> {
  const output: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      // The output is read to its end, because a program whose output nobody reads would block.
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (text) => {
        output.push(text);
        if (line.test(text)) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it exited with ${code} after this output:\n${output.join('\n')}`)));
  });
}
