// Every entry gives ES modules and CommonJS the same names. An entry that has side effects may have none. A program for each
// package compiles with the oldest TypeScript that we promise and with the newest, for Node and for bundlers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import { promisify } from 'node:util';

const PACKAGES = ['core', 'fetch', 'opentelemetry', 'pino', 'prometheus', 'testing', 'transient'];
const require = createRequire(import.meta.url);
// The set-up modules load only in their test runner.
const RUNNERS = /\/(vitest|jest|node)$/;
const INTEROP = ['default', 'module.exports', '__esModule'];
const namesOf = (module) =>
  Object.keys(module)
    .filter((name) => !INTEROP.includes(name))
    .sort();

for (const name of PACKAGES) {
  const manifest = JSON.parse(readFileSync(`node_modules/@stamina/${name}/package.json`, 'utf8'));
  for (const [path, { import: esm }] of Object.entries(manifest.exports)) {
    const specifier = `@stamina/${name}${path.slice(1)}`;
    if (!esm || RUNNERS.test(path)) continue;
    test(`import and require of ${specifier} give the same names`, async () => {
      const imported = namesOf(await import(specifier));
      assert.deepEqual(imported, namesOf(require(specifier)));
      assert.equal(imported.length > 0, !(manifest.sideEffects || []).includes(esm.default));
    });
  }
}

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

for (const name of PACKAGES) {
  for (const extension of ['mts', 'cts']) copyFileSync(`${name}.ts`, `${name}.${extension}`);
}

for (const compiler of ['typescript-5.0', 'typescript']) {
  test(`${compiler} for Node: compiles modules and CommonJS, which run`, async () => {
    const outDir = `dist-${compiler}`;
    await compile(compiler, PACKAGES, ['mts', 'cts'], { module: 'Node16', moduleResolution: 'Node16', outDir });
    for (const name of PACKAGES) {
      for (const extension of ['mjs', 'cjs']) assert.notEqual(await node(`${outDir}/${name}.${extension}`), '');
    }
  });
  test(`${compiler} for bundlers: compiles`, () =>
    compile(compiler, PACKAGES, ['mts'], { module: 'ESNext', moduleResolution: 'Bundler', noEmit: true }));
}

test('typescript for bundlers, module Preserve: compiles', () =>
  compile('typescript', PACKAGES, ['mts', 'cts'], { module: 'Preserve', moduleResolution: 'Bundler', noEmit: true }));

test('typescript-5.0, with the old resolution: compiles', async () => {
  const old = { module: 'CommonJS', moduleResolution: 'Node', noEmit: true };
  await compile(
    'typescript-5.0',
    PACKAGES.filter((name) => name !== 'pino'),
    ['cts'],
    old,
  );
  // The declarations of pino itself need `esModuleInterop`.
  await compile('typescript-5.0', ['pino'], ['cts'], { ...old, esModuleInterop: true });
});
