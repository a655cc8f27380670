// Bundles the behaviours of core into one file, which imports our packages by their names, and nothing else from npm.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../../../scripts/packages.ts';

const here = (name: string): string => join(import.meta.dirname, name);
const VITEST = here('vitest.ts');
/** Modules of Node that fake timers look for, but do not need. If one of them but `util` cannot be loaded, they go on without it. */
const OPTIONAL = /^(timers|timers\/promises|perf_hooks|util)$/;

/** Bundles the behaviours for runtimes with the modules of Node, or for those without. */
async function bundleBehaviours(outfile: string, format: 'esm' | 'cjs', hasNode: boolean): Promise<void> {
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
      else onResolve({ filter: /^node:/ }, () => ({ path: here('node.ts') }));
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

export async function stage(path: string): Promise<void> {
  copyFileSync(join(ROOT, 'packages/core/test/fixtures/exit.js'), join(path, 'exit.js'));
  await bundleBehaviours(join(path, 'behaviours.js'), 'esm', true);
  await bundleBehaviours(join(path, 'behaviours.cjs'), 'cjs', true);
  await bundleBehaviours(join(path, 'behaviours.neutral.js'), 'esm', false);
  // A browser has no modules of Node, so a bundler replaces them.
  await build({
    entryPoints: [join(path, 'node_modules/@stamina/testing/dist/index.js')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    external: ['@stamina/core'],
    outfile: join(path, 'testing.browser.js'),
    logLevel: 'error',
  });
}
