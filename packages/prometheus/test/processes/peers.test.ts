import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKAGE, startListening } from './listening.ts';

const MODULES = join(PACKAGE, 'node_modules');
const PROGRAMS = ['app.js', 'app.cjs', 'hook.js', 'hook.cjs', 'cluster.js'];
const REGISTER = '@stamina/prometheus/register';

const COUNTED = [
  '# TYPE stamina_retries_total counter',
  'stamina_retries_total{callable="load",retry_num="1",error_type="TypeError"} 1',
  'stamina_retries_total{callable="load",retry_num="2",error_type="TypeError"} 1',
  'stamina_recoveries_total{callable="load"} 1',
];

/** An application's folder, with this package as it is published and a prom-client of the application's own. */
function install(promClient: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stamina-peers-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@stamina/prometheus'), { recursive: true });
  // Copied: what a link leads to would find this repository's prom-client.
  for (const part of ['package.json', 'dist']) {
    cpSync(join(PACKAGE, part), join(modules, '@stamina/prometheus', part), { recursive: true });
  }
  symlinkSync(join(MODULES, '@stamina/core'), join(modules, '@stamina/core'));
  symlinkSync(join(MODULES, promClient), join(modules, 'prom-client'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const program of PROGRAMS) cpSync(join(PACKAGE, 'test/fixtures', program), join(folder, program));
  return folder;
}

const RANGE = (JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { peerDependencies: object })
  .peerDependencies;

test('both ends of the range that is promised are tested', () => {
  const versions = ['prom-client-14', 'prom-client'].map(
    (name) => (JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')) as { version: string }).version,
  );
  expect(RANGE).toHaveProperty('prom-client', `^${versions[0]} || ^15.0.0`);
  expect(versions[1]).toMatch(/^15\./);
});

describe.each(['prom-client-14', 'prom-client'])('with %s', (promClient) => {
  let folder: string;
  beforeAll(() => {
    folder = install(promClient);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]): string[] =>
    execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).split('\n');

  test.each([
    [['--import', REGISTER, 'app.js']],
    [['--import', REGISTER, 'app.cjs']],
    [['--require', REGISTER, 'app.cjs']],
    [['--require', REGISTER, 'app.js']],
    [['--require', REGISTER, '--import', REGISTER, 'app.js']],
  ])('node %j shows each retry once, without a word in the code', (args) => {
    expect(run(...args)).toEqual(expect.arrayContaining(COUNTED));
  });

  test.each(['hook.js', 'hook.cjs'])("%s counts in a registry of the application's own prom-client", (program) => {
    expect(run(program)).toEqual(expect.arrayContaining(COUNTED));
  });

  test('without the hook, an application has no such metrics', () => {
    expect(run('app.js').join('\n').trim()).toBe('');
  });

  test("a cluster's metrics are those of its workers, added up", async () => {
    const { url, stop } = await startListening(
      process.execPath,
      ['--import', REGISTER, 'cluster.js'],
      /^listening on (\S+)/,
      folder,
    );
    try {
      const page = await (await fetch(url)).text();
      expect(page.split('\n')).toEqual(expect.arrayContaining(COUNTED.map((line) => line.replace(/ 1$/, ' 2'))));
    } finally {
      await stop();
    }
  });
});
