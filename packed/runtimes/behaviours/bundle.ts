// The behaviours of core in one file, which imports our packages by their names, and nothing else of npm's.
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const here = (name: string): string => join(import.meta.dirname, name);
const VITEST = here('vitest.ts');
/** What fake timers look for in Node, and can do without; all but `util` they do without if it cannot be loaded. */
const OPTIONAL = /^(timers|timers\/promises|perf_hooks|util)$/;

/** Bundles them for Node and what is like it, or for what has none of its modules. */
export async function bundleBehaviours(outfile: string, format: 'esm' | 'cjs', hasNode: boolean): Promise<void> {
  const replace: Plugin = {
    name: 'replace',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^vitest$|\/vitest\/setup\.ts$/ }, () => ({ path: VITEST }));
      onResolve({ filter: OPTIONAL }, ({ path }) => ({ path, namespace: 'none' }));
      onLoad({ filter: /./, namespace: 'none' }, ({ path }) => ({
        contents: path === 'util' ? '' : 'throw new Error("not here")',
      }));
      onResolve({ filter: /^@stamina\// }, () => ({ external: true }));
      if (hasNode) onResolve({ filter: /^node:/ }, () => ({ external: true }));
      else onResolve({ filter: /^node:/ }, ({ path }) => ({ path: here(`${path.replace(':', '-')}.ts`) }));
    },
  };
  await build({
    entryPoints: [here('index.ts')],
    bundle: true,
    format,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    outfile,
    plugins: [replace],
    logLevel: 'error',
  });
}
