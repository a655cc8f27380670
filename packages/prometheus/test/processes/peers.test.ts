import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKAGE, startListening } from '../support/prometheus.ts';

const MODULES = join(PACKAGE, 'node_modules');
const REGISTER = '@stamina/prometheus/register';

const CALL = `
let failures = 2;
const call = retry({ on: () => 0, name: 'load' }).run(() => {
  if (failures-- > 0) throw new TypeError('not yet');
});`;
/** An application that uses prom-client, but does not know this package. */
const APP = `${CALL}
call.then(() => register.metrics()).then(console.log);`;
/** An application with a hook and a registry of its own. */
const HOOK = `
const registry = new Registry();
setRetryHooks([prometheusHook({ registry })]);
${CALL}
call.then(() => {
  if (!(getRetryCounter(registry) instanceof Counter)) throw new Error('the counter comes from another prom-client');
  return registry.metrics();
}).then(console.log);`;
const PROGRAMS = {
  'app.js': `import { retry } from '@stamina/core';
import { register } from 'prom-client';${APP}`,
  'app.cjs': `const { retry } = require('@stamina/core');
const { register } = require('prom-client');${APP}`,
  'hook.js': `import { retry, setRetryHooks } from '@stamina/core';
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { Counter, Registry } from 'prom-client';${HOOK}`,
  'hook.cjs': `const { retry, setRetryHooks } = require('@stamina/core');
const { getRetryCounter, prometheusHook } = require('@stamina/prometheus');
const { Counter, Registry } = require('prom-client');${HOOK}`,
  'cluster.js': readFileSync(join(PACKAGE, 'test/fixtures/cluster.js'), 'utf8'),
};

const COUNTED = [
  '# TYPE stamina_retries_total counter',
  'stamina_retries_total{callable="load",retry_num="1",error_type="TypeError"} 1',
  'stamina_retries_total{callable="load",retry_num="2",error_type="TypeError"} 1',
  'stamina_recoveries_total{callable="load"} 1',
];

/** Makes the folder of an application that has this package and its own prom-client installed. */
function install(promClient: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stamina-peers-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@stamina/prometheus'), { recursive: true });
  // The package is copied, because a linked one would find the prom-client of this repository.
  for (const part of ['package.json', 'dist']) {
    cpSync(join(PACKAGE, part), join(modules, '@stamina/prometheus', part), { recursive: true });
  }
  symlinkSync(join(MODULES, '@stamina/core'), join(modules, '@stamina/core'));
  symlinkSync(join(MODULES, promClient), join(modules, 'prom-client'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, program] of Object.entries(PROGRAMS)) writeFileSync(join(folder, name), program);
  return folder;
}

const RANGE = (JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { peerDependencies: object })
  .peerDependencies;

test('the oldest and the newest supported prom-client are tested', () => {
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
  ])('node %j counts each retry once', (args) => {
    expect(run(...args)).toEqual(expect.arrayContaining(COUNTED));
  });

  test.each(['hook.js', 'hook.cjs'])("%s uses the application's own prom-client", (program) => {
    expect(run(program)).toEqual(expect.arrayContaining(COUNTED));
  });

  test('an application without the hook has no metrics', () => {
    expect(run('app.js').join('\n').trim()).toBe('');
  });

  test("a cluster adds up its workers' metrics", async () => {
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
