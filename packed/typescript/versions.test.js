// Compiles a program for each package with the oldest TypeScript that we promise and with the newest, for Node and for bundlers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';

const PROGRAMS = ['core', 'fetch', 'opentelemetry', 'pino', 'prometheus', 'testing', 'transient'];
const STRICT = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
};

const node = async (...args) => (await promisify(execFile)(process.execPath, args)).stdout;
let count = 0;
const compile = async (compiler, names, extensions, options) => {
  const files = names.flatMap((name) => extensions.map((extension) => `${name}.${extension}`));
  const project = `tsconfig.${++count}.json`;
  writeFileSync(project, JSON.stringify({ files, compilerOptions: { ...STRICT, ...options } }));
  await node(`node_modules/${compiler}/bin/tsc`, '-p', project).catch(({ stdout }) => assert.fail(stdout));
};

for (const name of PROGRAMS) {
  for (const extension of ['mts', 'cts']) copyFileSync(`${name}.ts`, `${name}.${extension}`);
}

for (const compiler of ['typescript-5.0', 'typescript']) {
  test(`${compiler} for Node: compiles modules and CommonJS, which run`, async () => {
    const outDir = `dist-${compiler}`;
    await compile(compiler, PROGRAMS, ['mts', 'cts'], { module: 'Node16', moduleResolution: 'Node16', outDir });
    for (const name of PROGRAMS) {
      for (const extension of ['mjs', 'cjs']) assert.notEqual(await node(`${outDir}/${name}.${extension}`), '');
    }
  });
  test(`${compiler} for bundlers: compiles`, () =>
    compile(compiler, PROGRAMS, ['mts'], { module: 'ESNext', moduleResolution: 'Bundler', noEmit: true }));
}

test('typescript for bundlers, module Preserve: compiles', () =>
  compile('typescript', PROGRAMS, ['mts', 'cts'], { module: 'Preserve', moduleResolution: 'Bundler', noEmit: true }));

test('typescript-5.0, with the old resolution: compiles', async () => {
  const old = { module: 'CommonJS', moduleResolution: 'Node', noEmit: true };
  await compile(
    'typescript-5.0',
    PROGRAMS.filter((name) => name !== 'pino'),
    ['cts'],
    old,
  );
  // The declarations of pino itself need `esModuleInterop`.
  await compile('typescript-5.0', ['pino'], ['cts'], { ...old, esModuleInterop: true });
});
