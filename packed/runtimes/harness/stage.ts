// Adds to the installed story what has to be bundled: the behaviours of core, and what a browser takes of testing.
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
  // A browser has none of Node's modules, and bundlers know what to do about that.
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
