// Runs the tests of each folder by its test runner, with the set-up module that is made for it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const installed = (file) => path(`node_modules/${file}`);

// Each of these is there twice, because a change in one file must not reach another file.
for (const file of [
  'jest-cjs/alone.test.js',
  'jest-esm/alone.test.mjs',
  'node/alone.test.mjs',
  'vitest/alone.test.mjs',
]) {
  copyFileSync(path(file), path(file.replace('alone', 'again')));
}

/** Patterns for the number of tests and of passed tests in the output of Vitest, of Jest with `--json`, and of TAP. */
const SUMMARIES = [
  /Tests +(?<passed>\d+) passed \((?<total>\d+)\)/,
  /"numPassedTests":(?<passed>\d+),.*"numTotalTests":(?<total>\d+)/,
  /^# tests (?<total>\d+)$.*^# pass (?<passed>\d+)$/ms,
];

function start(folder, ...args) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { cwd: path(folder), encoding: 'utf8', env: { ...env, CI: 'true' } });
}

function run(folder, ...args) {
  const { status, stdout, stderr } = start(folder, ...args);
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

/** Runs tests that fail because of test mode. Their set-up module must explain that once, to the first of them. */
function expectExplained(...args) {
  const { stdout, stderr } = start('failing', ...args);
  const calls = [...`${stdout}${stderr}`.matchAll(/in which (\w+) gave up after one attempt/g)].map(([, call]) => call);
  assert.deepEqual(calls, ['first'], stdout + stderr);
}

/** Expects that all tests ran and passed. */
function expectPassed(output) {
  const { passed, total } = SUMMARIES.map((summary) => summary.exec(output)?.groups).find(Boolean) ?? {};
  assert.ok(Number(passed) > 0 && passed === total, output);
}

/** The arguments that start Vitest, with the configuration that all folders share. */
const vitestArgs = [installed('vitest/vitest.mjs'), 'run', `--config=${path('vitest.config.mjs')}`];
/** The arguments that start Jest. By default, test files are CommonJS, and each has a realm of its own. */
const jestArgs = (config = {}) => [
  installed('jest/bin/jest.js'),
  `--config=${JSON.stringify({ setupFilesAfterEnv: ['@stamina/testing/jest'], ...config })}`,
];

const vitest = (folder, ...options) => expectPassed(run(folder, ...vitestArgs, ...options));
const jest = (folder, config, options = [], flags = []) =>
  expectPassed(run(folder, ...flags, ...jestArgs(config), '--json', '--no-cache', '--maxWorkers=2', ...options));
const nodeTest = (...args) =>
  expectPassed(run('node', '--import', '@stamina/testing/node', '--test-reporter=tap', ...args));
const [node] = process.versions.node.split('.').map(Number);

const { engines } = JSON.parse(readFileSync(installed('vitest/package.json'), 'utf8'));
// The newest Vitest does not run in the oldest Node.
if (node >= 22 || engines.node.includes('20.')) {
  test('Vitest', () => vitest('vitest'));
  test('Vitest in threads', () => vitest('vitest', '--pool=threads'));
  test('Vitest in forks', () => vitest('vitest', '--pool=forks'));
  for (const pool of ['threads', 'forks']) {
    test(`Vitest in ${pool} that are not isolated`, () =>
      vitest('vitest', `--pool=${pool}`, '--no-isolate', '--no-file-parallelism'));
  }
  test('Vitest with globals', () => vitest('typed'));
  test('Vitest explains a failure', () => expectExplained(...vitestArgs));
}

test('Jest', () => jest('jest-cjs'));
test('Jest without globals', () => jest('jest-cjs', {}, ['--injectGlobals=false']));
// Jest loads native ES modules here. Node needs the flag for that.
test('Jest with ES modules', () =>
  jest('jest-esm', { testMatch: ['**/*.test.mjs'], transform: {} }, [], ['--experimental-vm-modules']));
test('Jest with ts-jest', () => jest('typed', { transform: { '\\.ts$': 'ts-jest' } }));
test('Jest with SWC', () => jest('typed', { transform: { '\\.ts$': '@swc/jest' } }));
test('Jest explains a failure', () => expectExplained(...jestArgs()));

test('node:test', () => nodeTest('--test'));
test('node:test of one file', () => nodeTest('alone.test.mjs'));
if (node >= 22) test('node:test, its files in one process', () => nodeTest('--test', '--test-isolation=none'));
test('node:test explains a failure', () => expectExplained('--import', '@stamina/testing/node', '--test', 'node.js'));

for (const project of ['tsconfig.json', 'tsconfig.vitest.json']) {
  test(`the types, by ${project}`, () => void run('typed', installed('typescript/bin/tsc'), '-p', project));
}
