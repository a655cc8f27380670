// Installs the packed packages with npm in an empty folder, as a user does, and uses them from ESM, CommonJS and
// TypeScript, under the oldest Node promised and the one that the repository uses.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report, run, userEnvironment } from './gate.ts';
import { findNode } from './node-release.ts';
import { pack } from './pack.ts';
import { packages, ROOT } from './packages.ts';

const env = userEnvironment();
const nodes = { 20: findNode(20), [process.version]: process.execPath };
const compilers = {
  oldest: join(ROOT, 'node_modules/typescript-5.0/bin/tsc'),
  newest: join(ROOT, 'node_modules/typescript/bin/tsc'),
};
const STRICT = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
};

const home = mkdtempSync(join(tmpdir(), 'stamina-consumer-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(join(home, file), text);
const inHome = (command: string, ...args: string[]) => run(command, args, { cwd: home, env });
const compile = (compiler: string, project: string, options: object, files: string[]) => {
  write(project, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }));
  inHome(process.execPath, compiler, '-p', project);
};

write('package.json', JSON.stringify({ name: 'consumer', private: true }));
const checks: Record<string, () => string | void> = {
  'npm installs the tarballs': () => {
    // The declarations of pino, which npm installs as a peer, need Node's.
    inHome('npm', 'install', '--no-audit', '--no-fund', '@types/node@20', ...packages.map(pack));
    return packages.map(({ name }) => name).join(', ');
  },
};

// Every entry gives ESM and CommonJS the same names; one that has side effects may have none.
const entries = packages.flatMap(({ entries }) =>
  entries.map(({ specifier, sideEffects }) => [specifier, sideEffects]),
);
write(
  'names.mjs',
  `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const [specifier, sideEffects] of ${JSON.stringify(entries)}) {
  const ignored = (name) => name !== 'default' && name !== 'module.exports' && name !== '__esModule';
  const imported = Object.keys(await import(specifier)).filter(ignored).sort().join();
  const required = Object.keys(require(specifier)).filter(ignored).sort().join();
  if ((imported === '' && !sideEffects) || imported !== required) {
    throw new Error(specifier + ': import gives ' + imported + ', require gives ' + required);
  }
}
`,
);
for (const [version, node] of Object.entries(nodes)) {
  checks[`import and require give the same names in Node ${version}`] = () => void inHome(node, 'names.mjs');
}

// Logs and metrics together, by a line of code, and without touching it.
const WORK = `
async function main() {
  for (const [name, failures] of [['load', 1], ['save', 9]]) {
    let left = failures;
    const policy = retry({ on: RangeError, waitMax: 0, attempts: 2, name });
    await policy.run(() => { if (left-- > 0) throw new RangeError('busy'); }).catch(() => {});
  }
  console.log(await register.metrics());
}
void main();
`;
write(
  'line.mjs',
  `import { retry, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';
import { pino } from 'pino';
import { register } from 'prom-client';
const logger = pino();
setRetryHooks([prometheusHook(), pinoHook(logger)]);${WORK}`,
);
write(
  'untouched.mjs',
  `import { retry } from '@stamina/core';
import { register } from 'prom-client';${WORK}`,
);
write(
  'untouched.cjs',
  `const { retry } = require('@stamina/core');
const { register } = require('prom-client');${WORK}`,
);
const SEEN = [
  /"callable":"load".*"msg":"stamina.retry_scheduled"/,
  /"callable":"load".*"msg":"stamina.recovered"/,
  /"callable":"save".*"msg":"stamina.retry_scheduled"/,
  /"callable":"save".*"msg":"stamina.gave_up"/,
  /^stamina_retries_total\{callable="load",retry_num="1",error_type="RangeError"\} 1$/,
  /^stamina_recoveries_total\{callable="load"\} 1$/,
  /^stamina_give_ups_total\{callable="save",reason="attempts",error_type="RangeError"\} 1$/,
];
const registering = (flag: string) => [flag, '@stamina/pino/register', flag, '@stamina/prometheus/register'];
const programs = [
  ['line.mjs'],
  [...registering('--import'), 'untouched.mjs'],
  [...registering('--require'), 'untouched.cjs'],
];
for (const [version, node] of Object.entries(nodes)) {
  for (const program of programs) {
    checks[`logs and metrics in Node ${version}: node ${program.join(' ')}`] = () => {
      const printed = inHome(node, ...program).split('\n');
      for (const seen of SEEN) {
        const times = printed.filter((line) => seen.test(line)).length;
        if (times !== 1) throw new Error(`${seen} is there ${times} times in\n${printed.join('\n')}`);
      }
    };
  }
}

// One program for each package, as an ES module and as CommonJS, compiled and run.
for (const { folder, name, path } of packages) {
  const program = join(path, 'test/consumer.ts');
  const files = [`${folder}.mts`, `${folder}.cts`];
  for (const file of files) copyFileSync(program, join(home, file));

  for (const [age, compiler] of Object.entries(compilers)) {
    const outDir = join(home, age);
    checks[`${name}: ${age} TypeScript, module NodeNext`] = () =>
      compile(compiler, `${folder}-${age}.json`, { module: 'NodeNext', moduleResolution: 'NodeNext', outDir }, files);
    for (const [version, node] of Object.entries(nodes)) {
      for (const format of ['mjs', 'cjs']) {
        checks[`${name}: the ${format} of the ${age} TypeScript in Node ${version}`] = () =>
          inHome(node, join(outDir, `${folder}.${format}`)).trim();
      }
    }
  }
  const bundler = { moduleResolution: 'Bundler', noEmit: true };
  // The declarations of pino itself import as only this allows.
  const old = { moduleResolution: 'Node', module: 'CommonJS', esModuleInterop: name === '@stamina/pino', noEmit: true };
  checks[`${name}: oldest TypeScript, module ESNext, for bundlers`] = () =>
    compile(compilers.oldest, `${folder}-esnext.json`, { ...bundler, module: 'ESNext' }, [`${folder}.mts`]);
  checks[`${name}: oldest TypeScript, module CommonJS, with the old resolution`] = () =>
    compile(compilers.oldest, `${folder}-node10.json`, old, [`${folder}.cts`]);
  checks[`${name}: newest TypeScript, module Preserve, for bundlers`] = () =>
    compile(compilers.newest, `${folder}-preserve.json`, { ...bundler, module: 'Preserve' }, files);
}
report(checks);
