/** The programs of the leak tests, which run them with `--expose-gc` and the name of one. They report by a message. */
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compileFunction, createContext } from 'node:vm';

const collectGarbage = (globalThis as unknown as { gc(): void }).gc;

/** Returns the heap in use after all finalizers have run. */
async function heapUsed(): Promise<number> {
  for (let i = 0; i < 10; i++) {
    collectGarbage();
    await pause(20);
  }
  return process.memoryUsage().heapUsed;
}

/** Makes many retried calls on one signal, and reports what is left of them. */
async function manyCalls(url: string, count: number): Promise<void> {
  // Imported here, so that the sandbox of the other program is the first to load the package.
  const { retryingFetch } = await import('@stamina/fetch');
  const { signal } = new AbortController();
  const fetch = retryingFetch({ waitInitial: 0, waitJitter: 0, attempts: 2, budget: false, attemptTimeout: 10_000 });
  const KINDS = ['100', '100000', 'endless'];

  /** Counts calls of `AbortSignal.any`. In Node 22, each keeps some 200 bytes while the signal that it joins is alive. */
  let joined = 0;
  const { any } = AbortSignal;
  AbortSignal.any = (signals) => {
    joined++;
    return any.call(AbortSignal, signals);
  };

  let warnings = 0;
  process.on('warning', () => warnings++);

  async function call(calls: number): Promise<void> {
    for (let i = 0; i < calls; i++) {
      const kind = KINDS[i % KINDS.length];
      // Every second request has a body function, which listens to the signal too.
      const init = i % 2 ? { signal, method: 'PUT', body: async () => 'hello' } : { signal };
      const response = await fetch(`${url}/${kind}`, init);
      if ((await response.text()) !== 'hello') throw new Error(`answered ${response.status}`);
    }
  }

  /** Returns how much memory the runtime itself keeps when its own fetch gets as many joined signals. */
  async function growthOf(count: number): Promise<number> {
    const { signal: another } = new AbortController();
    const before = await heapUsed();
    for (let i = 0; i < count; i++) {
      const { signal: own } = new AbortController();
      await (await globalThis.fetch('data:,hello', { signal: AbortSignal.any([another, own]) })).text();
      // Finalizers need turns of the event loop.
      if (i % 100 === 0) await pause(0);
    }
    const grown = (await heapUsed()) - before;
    // The signal is read last, so that it lives until here.
    return another.aborted ? Number.NaN : Math.max(0, grown);
  }

  const active = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length;

  // There are two rounds, because memory from loading and compiling is only collected during the second one.
  await call(600);
  await heapUsed();
  await call(600);
  const before = await heapUsed();
  joined = 0;
  await call(count);
  const grown = (await heapUsed()) - before;
  const byRuntime = await growthOf(joined);
  for (const until = Date.now() + 10_000; active() > 0 && Date.now() < until; )
    await pause(100, undefined, { ref: false });
  process.send?.({
    grown,
    byRuntime,
    active: active(),
    listeners: getEventListeners(signal, 'abort').length,
    warnings,
  });
}

/** Loads a CommonJS module, and all that it requires, in a sandbox. */
function loadIn(context: object, path: string, loaded: Map<string, { exports: unknown }> = new Map()): unknown {
  const known = loaded.get(path);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(path, module);
  const { resolve } = createRequire(path);
  const code = readFileSync(path, 'utf8');
  const run = compileFunction(code, ['module', 'exports', 'require', '__dirname'], { parsingContext: context });
  run(module, module.exports, (name: string) => loadIn(context, resolve(name), loaded), dirname(path));
  return module.exports;
}

async function useSandbox(use: string, url: string): Promise<WeakRef<object>> {
  const context = createContext({ process, Response, Request, Headers, AbortController, AbortSignal, DOMException });
  Object.assign(context, { URL, setTimeout, clearTimeout, setImmediate, clearImmediate, performance, fetch, Blob });
  const path = createRequire(import.meta.url).resolve('@stamina/fetch');
  const { retryingFetch } = loadIn(context, path) as typeof import('@stamina/fetch');
  if (use !== 'import') {
    const retrying = retryingFetch({ waitInitial: 0, waitJitter: 0 });
    await (await retrying(url, use === 'POST' ? { method: 'POST', body: 'x' } : undefined)).text();
    await retrying('http://127.0.0.1:4', { method: use }).catch(() => {});
  }
  return new WeakRef(context);
}

/** Loads the package in a sandbox, as Jest does for each test file. Then reports whether the sandbox is collected. */
async function sandbox(use: string, url: string): Promise<void> {
  const loaded = await useSandbox(use, url);
  for (let i = 0; i < 100 && loaded.deref(); i++) {
    await pause(20);
    collectGarbage();
  }
  process.send?.(loaded.deref() ? 'kept' : 'collected');
}

const [program, first = '', second = ''] = process.argv.slice(2);
if (program === 'many-calls') await manyCalls(first, Number(second));
else await sandbox(first, second);
