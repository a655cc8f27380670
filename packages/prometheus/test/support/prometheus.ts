// Runs a real Prometheus, and its promtool, for tests.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

export const PACKAGE: string = fileURLToPath(new URL('../..', import.meta.url));
export const RULES: string = join(PACKAGE, 'rules/stamina.yml');

const isInstalled = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
export const hasPrometheus: boolean = isInstalled('prometheus') && isInstalled('promtool');
export const WITH_PROMETHEUS: string = hasPrometheus
  ? 'with Prometheus'
  : 'with Prometheus, which is missing: install it with .ci/debian';

/** Runs promtool in the package's folder, and returns its exit status and its whole output. */
export function promtool(args: readonly string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: PACKAGE, input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

interface RawSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A running Prometheus that scrapes targets and evaluates rules every second. */
export interface Prometheus {
  /** Sends a request to the HTTP API, and returns the `data` of the response. */
  api(path: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Evaluates a PromQL expression until `satisfies` accepts the result. By default, one sample is enough. */
  query(expr: string, satisfies?: (samples: readonly Sample[]) => boolean): Promise<readonly Sample[]>;
  stop(): Promise<void>;
}

/** Starts Prometheus with our rules, on a port and in a folder of its own. `targets` has a host and port for each job. */
export async function startPrometheus(targets: Readonly<Record<string, string>>): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'stamina-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  // The file is JSON, because JSON is valid YAML.
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [RULES],
      scrape_configs: Object.entries(targets).map(([job, target]) => ({
        job_name: job,
        static_configs: [{ targets: [target] }],
      })),
    }),
  );
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ];
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const { url, stop } = await startListening('prometheus', args, /"Listening on" address=(\S+)/).catch((error) => {
    removeFolder();
    throw error;
  });

  const api: Prometheus['api'] = async (path, parameters = {}) => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await response.json()) as { status: string; data: unknown; error?: string };
    if (status !== 'success') throw new Error(`${path} ${JSON.stringify(parameters)}: ${error}`);
    return data;
  };
  const query: Prometheus['query'] = (expr, satisfies = ({ length }) => length > 0) =>
    vi.waitFor(
      async () => {
        const { result } = (await api('query', { query: expr })) as { result: readonly RawSample[] };
        const samples = result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
        if (!satisfies(samples)) throw new Error(`${expr} gives ${JSON.stringify(samples)}`);
        return samples;
      },
      { timeout: 30_000, interval: 200 },
    );

  return {
    api,
    query,
    async stop() {
      await stop();
      removeFolder();
    },
  };
}

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
