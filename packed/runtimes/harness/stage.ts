// Adds the files that have to be bundled to the installed story: the behaviours of core, and testing for browsers.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../../scripts/packages.ts';
import { bundleBehaviours } from '../behaviours/bundle.ts';

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
