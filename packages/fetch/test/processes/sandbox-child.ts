/** Loads the package in a sandbox, as Jest does for each test file. Then reports whether the sandbox is collected. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compileFunction, createContext } from 'node:vm';

const [use, url] = [process.argv[2] as string, process.argv[3] as string];

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

async function useSandbox(): Promise<WeakRef<object>> {
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

const sandbox = await useSandbox();
for (let i = 0; i < 100 && sandbox.deref(); i++) {
  await pause(20);
  (globalThis as unknown as { gc(): void }).gc();
}
process.send?.(sandbox.deref() ? 'kept' : 'collected');
