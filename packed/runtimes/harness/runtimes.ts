// Runs the promises in every runtime that we support.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { hasBrowser, IN_A_BROWSER, openPage } from '../../../scripts/vitest/browser.ts';
import { findNode, programs } from '../../programs.ts';
import { type FetchServer, fetchServer, http2Faults } from './servers.ts';

/** The number of promises that were kept, and the errors of the others. */
export interface Result {
  readonly kept: number;
  readonly broken: Readonly<Record<string, string>>;
}

/** Results by form (as a module, as CommonJS, in a worker) and by package. */
export type Results = Readonly<Record<string, Readonly<Record<string, Result>>>>;

export interface Runtime {
  readonly name: string;
  version(): Promise<string>;
  /** Runs the suite, which lies in `path`. */
  run(path: string): Promise<Results>;
  /** Runs `exit.js` with these arguments, and returns its output. Only runtimes that have processes have this. */
  exit?(path: string, args: readonly string[]): Promise<string>;
  /** Makes calls by HTTP/2, and returns those that ended in another way than expected. Only runtimes that speak it have this. */
  http2?(path: string): Promise<string[]>;
}

/** Runs a program to its end, within a time limit, and returns its output without warnings of the runtime. */
async function execute(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: 300_000, killSignal: 'SIGKILL', env });
  return stdout.trim();
}

/** Runs something that needs servers, and closes them. */
async function served<Value>(count: number, work: (servers: FetchServer[]) => Promise<Value>): Promise<Value> {
  const servers = await Promise.all(Array.from({ length: count }, () => fetchServer()));
  try {
    return await work(servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Returns a runtime with `http2`. The variable of its environment names a file with certificates to trust. */
function withHttp2(
  runtime: Runtime,
  program: string,
  flags: string[],
  variable: string,
  tellsRefused: boolean,
): Runtime {
  const run = (path: string) => (argument: string, ca: string) =>
    execute(program, [...flags, join(path, 'http2.js'), argument], { ...process.env, [variable]: ca });
  return { ...runtime, http2: (path) => http2Faults(run(path), tellsRefused) };
}

/** A runtime that takes a script. */
function scriptRuntime(name: string, program: string, ...flags: string[]): Runtime {
  return {
    name,
    version: async () => /\d+(\.\d+)+/.exec(await execute(program, ['--version']))?.[0] ?? 'unknown',
    run: (path) =>
      served(2, async ([ESM, CommonJS]) =>
        JSON.parse(await execute(program, [...flags, join(path, 'main.js'), JSON.stringify({ ESM, CommonJS })])),
      ),
    exit: (path, args) => execute(program, [...flags, join(path, 'exit.js'), ...args]),
  };
}

function workerd(program: string): Runtime {
  return {
    name: 'workerd',
    version: async () => (await execute(program, ['--version'])).replace('workerd ', ''),
    run: (path) =>
      served(1, async ([server]) =>
        JSON.parse(
          await execute(program, ['test', join(path, 'worker.capnp')], {
            ...process.env,
            SERVER: JSON.stringify(server),
          }),
        ),
      ),
  };
}

/** The files of our packages that a page loads, by name. */
const IMPORTS = {
  '@stamina/core': '/node_modules/@stamina/core/dist/core.js',
  '@stamina/core/library': '/node_modules/@stamina/core/dist/core.js',
  '@stamina/core/simulation': '/node_modules/@stamina/core/dist/simulation.js',
  '@stamina/core/sync': '/node_modules/@stamina/core/dist/sync.js',
  '@stamina/fetch': '/node_modules/@stamina/fetch/dist/index.js',
};
const PAGE = `<!doctype html><title>suite</title><link rel="icon" href="data:,">
  <script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

/** Headers that isolate a page from other origins, because only then its workers may block. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

async function withPage<Value>(
  path: string,
  work: (page: Awaited<ReturnType<typeof openPage>>['page']) => Promise<Value>,
): Promise<Value> {
  const scripts = [
    ...readdirSync(path)
      .filter((file) => file.endsWith('.js'))
      .map((file) => `/${file}`),
    ...Object.values(IMPORTS),
  ];
  const files = Object.fromEntries(scripts.map((file) => [file, pathToFileURL(join(path, file))]));
  if (!hasBrowser) throw new Error(`not run ${IN_A_BROWSER}`);
  const { page, load, close } = await openPage({ '/': PAGE, ...files }, ISOLATED);
  try {
    await load();
    return await work(page);
  } finally {
    await close();
  }
}

const chromium: Runtime = {
  name: 'Chromium',
  version: () => withPage('.', async (page) => page.context().browser()?.version() ?? 'unknown'),
  run: (path) =>
    served(1, ([server]) =>
      withPage(path, async (page) => {
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(String(error)));
        // A source rather than a function: it is the page's, and knows of nothing here.
        const results = await page.evaluate<Results>(
          `import('/page.js').then(({ main }) => main(${JSON.stringify(server)}))`,
        );
        if (errors.length > 0) throw new Error(errors.join('\n'));
        return results;
      }),
    ),
};

/** Returns all runtimes, in the order of the table. */
export function allRuntimes(): Runtime[] {
  const bin = (name: string) => join(programs(), '.bin', name);
  const node = (major: number) => scriptRuntime('Node.js', findNode(major));
  const deno = scriptRuntime('Deno', bin('deno'), 'run', '-A');
  return [
    ...[20, 22, 24].map(node),
    withHttp2(node(26), findNode(26), [], 'NODE_EXTRA_CA_CERTS', true),
    scriptRuntime('Bun', bin('bun')),
    withHttp2(deno, bin('deno'), ['run', '-A'], 'DENO_CERT', false),
    workerd(bin('workerd')),
    chromium,
  ];
}
