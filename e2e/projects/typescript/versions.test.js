// One program under the oldest TypeScript that is promised and the newest, for Node and for bundlers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';

const node = async (...args) => (await promisify(execFile)(process.execPath, args)).stdout;
const tsc = (compiler, project) =>
  node(`node_modules/${compiler}/bin/tsc`, '-p', project).catch(({ stdout }) => assert.fail(stdout));

const STRICT = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  types: ['node'],
};

copyFileSync('program.ts', 'program.mts');
copyFileSync('program.ts', 'program.cts');

for (const compiler of ['typescript-5.0', 'typescript']) {
  const version = await node(`node_modules/${compiler}/bin/tsc`, '--version');
  const write = (name, files, options) => {
    const project = `${compiler}-${name}.json`;
    writeFileSync(project, JSON.stringify({ files, compilerOptions: { ...STRICT, ...options } }));
    return project;
  };

  test(`${version.trim()}, moduleResolution node16: compiles, and runs as a module and as CommonJS`, async () => {
    const outDir = `dist-${compiler}`;
    const node16 = { module: 'Node16', moduleResolution: 'Node16', outDir };
    await tsc(compiler, write('node16', ['program.mts', 'program.cts'], node16));
    for (const extension of ['mjs', 'cjs']) {
      assert.equal(await node(`${outDir}/program.${extension}`), 'status 503\nAda 7, 3, 5 retries\n');
    }
  });

  test(`${version.trim()}, moduleResolution bundler: compiles`, async () => {
    const bundler = { module: 'ESNext', moduleResolution: 'Bundler', noEmit: true };
    await tsc(compiler, write('bundler', ['program.ts'], bundler));
  });
}
