// Runs the tests of each folder by its test runner, with the set-up module that is made for it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const installed = (file) => path(`node_modules/${file}`);

/** Imports the packages, and the tests that all runners share, as an ES module and as CommonJS. */
const ESM = `import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { createRequire } from 'node:module';
const promises = createRequire(import.meta.url)('../promises.cjs');
`;
const CJS = `const core = require('@stamina/core');
const testing = require('@stamina/testing');
const promises = require('../promises.cjs');
`;
const ONE_BY_ONE = 'promises.oneByOne(core, testing, { test, afterAll, expect });';
const TOGETHER = 'promises.together(core, testing, test.concurrent);';

/** The configuration of Vitest, and the test files of each folder. `alone` has settings of its own, which must not reach `again`. */
const FILES = {
  'jest-cjs/alone.test.js': `${CJS}const { afterAll, expect, test } = require('@jest/globals');
${ONE_BY_ONE}`,
  'jest-cjs/together.test.js': `${CJS}const { test } = require('@jest/globals');
${TOGETHER}`,
  'jest-esm/alone.test.mjs': `${ESM}import { afterAll, expect, test } from '@jest/globals';
${ONE_BY_ONE}`,
  'jest-esm/together.test.mjs': `${ESM}import { test } from '@jest/globals';
${TOGETHER}`,
  'vitest/alone.test.mjs': `${ESM}import { afterAll, expect, test } from 'vitest';
${ONE_BY_ONE}`,
  'vitest/together.test.mjs': `${ESM}import { test } from 'vitest';
${TOGETHER}
test.concurrent('the \`expect\` of a test has the matchers', async ({ expect }) => {
  expect(testing.recordRetries()).not.toHaveRetried(5);
});`,
  'node/alone.test.mjs': `${ESM}import assert from 'node:assert/strict';
import { after, test } from 'node:test';
promises.oneByOne(core, testing, { test, afterAll: after });
test('a subtest does not see changes of another', async (t) => {
  await t.test('one', () => void core.setTesting(false));
  await t.test('the next', () => assert.equal(core.isTesting(), true));
});`,
  'node/together.test.mjs': `${ESM}import { describe, test } from 'node:test';
describe('at the same time', { concurrency: true }, () => promises.together(core, testing, test));`,
  // Vitest is started in a folder, and runs the tests of that folder. The tests in `typed` use globals.
  'vitest.config.mjs': `export default {
  test: {
    root: process.cwd(),
    globals: process.cwd().endsWith('typed'),
    setupFiles: ['@stamina/testing/vitest'],
    include: ['*.test.mjs', 'vitest.mjs', 'globals.spec.ts'],
  },
};`,
  // The names differ so that no runner starts the file of another.
  'failing/jest.test.js': `${CJS}promises.failing(core, testing, require('@jest/globals').test);`,
  'failing/node.js': `${CJS}promises.failing(core, testing, require('node:test').test);`,
  'failing/vitest.mjs': `${ESM}import { test } from 'vitest';
promises.failing(core, testing, test);`,
  // The same with the types of `@jest/globals`.
  'typed/imported.spec.ts': `import { expect, test } from '@jest/globals';
${readFileSync(path('typed/globals.spec.ts'), 'utf8')}`,
  'typed/tsconfig.json': tsconfig('*.ts', { types: ['jest', '@stamina/testing/jest'], module: 'Node16' }),
  'typed/tsconfig.vitest.json': tsconfig('globals.spec.ts', {
    types: ['vitest/globals', '@stamina/testing/vitest'],
    module: 'ESNext',
    moduleResolution: 'Bundler',
  }),
};
for (const [name, text] of Object.entries(FILES)) {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
  if (name.includes('/alone.')) writeFileSync(path(name.replace('alone', 'again')), text);
}

function tsconfig(files, options) {
  const shared = { target: 'ES2022', lib: ['ES2022', 'DOM'], strict: true, skipLibCheck: true, noEmit: true };
  return JSON.stringify({ compilerOptions: { ...shared, ...options }, include: [files] });
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
