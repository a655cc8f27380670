// The packages as they are packed, laid out as npm would, with the suite beside them.
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { run } from '../scripts/gate.ts';
import { pack } from '../scripts/pack.ts';
import { packages, REPORTS, ROOT } from '../scripts/packages.ts';
import { bundleBehaviours } from './behaviours/bundle.ts';

/** What the suite uses; the other packages need one that their user brings, of which nothing here is to be said. */
const STAGED = ['@stamina/core', '@stamina/fetch', '@stamina/testing'];

/** Lays out the packed packages and the suite; returns where. */
export async function stage(): Promise<string> {
  const path = join(REPORTS, 'runtimes');
  rmSync(path, { recursive: true, force: true });
  cpSync(join(ROOT, 'runtimes/suite'), path, { recursive: true });
  copyFileSync(join(ROOT, 'packages/core/test/fixtures/exit.js'), join(path, 'exit.js'));
  for (const found of packages.filter(({ name }) => STAGED.includes(name))) {
    const home = join(path, 'node_modules', found.name);
    mkdirSync(home, { recursive: true });
    run('tar', ['-xzf', pack(found), '--strip-components=1', '-C', home]);
  }
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
  return path;
}
