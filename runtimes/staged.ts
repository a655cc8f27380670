// The packages as they are packed, installed by npm, with the suite beside them.
import { copyFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { run, userEnvironment } from '../scripts/gate.ts';
import { pack } from '../scripts/pack.ts';
import { packages, REPORTS, ROOT } from '../scripts/packages.ts';
import { bundleBehaviours } from './behaviours/bundle.ts';

/** What the suite uses; the other packages need one that their user brings, of which nothing here is to be said. */
const STAGED = ['@stamina/core', '@stamina/fetch', '@stamina/testing'];

/** Installs the packed packages beside the suite; returns where. */
export async function stage(): Promise<string> {
  const path = join(REPORTS, 'runtimes');
  rmSync(path, { recursive: true, force: true });
  cpSync(join(ROOT, 'runtimes/suite'), path, { recursive: true });
  copyFileSync(join(ROOT, 'packages/core/test/fixtures/exit.js'), join(path, 'exit.js'));
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'suite', private: true, type: 'module' }));
  const tarballs = packages.filter(({ name }) => STAGED.includes(name)).map(pack);
  run('npm', ['install', '--no-audit', '--no-fund', ...tarballs], { cwd: path, env: userEnvironment() });
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
