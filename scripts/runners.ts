// Runs the tests of projects as users have them: each test runner with its set-up module of the packed @stamina/testing,
// installed by npm, under the oldest Node promised and the one that the repository uses.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report, run, userEnvironment } from './gate.ts';
import { findNode } from './node-release.ts';
import { pack } from './pack.ts';
import { packages, ROOT } from './packages.ts';

const env = { ...userEnvironment(), CI: 'true', NO_COLOR: '1' };
const nodes = { 20: findNode(20), [process.version]: process.execPath };

const home = mkdtempSync(join(tmpdir(), 'stamina-runners-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
cpSync(join(ROOT, 'packages/testing/test/projects'), home, { recursive: true });

const installed = (file: string): string => join(home, 'node_modules', file);
const inProject = (project: string, node: string, ...args: string[]): string =>
  run(node, args, { cwd: join(home, project), env });

/** How a run says how many tests passed, and how many there were: Vitest, Jest with `--json`, and TAP. */
const SUMMARIES = [
  /Tests +(?<passed>\d+) passed \((?<total>\d+)\)/,
  /"numPassedTests":(?<passed>\d+),.*"numTotalTests":(?<total>\d+)/,
  /^# tests (?<total>\d+)$.*^# pass (?<passed>\d+)$/ms,
];

/** A test that did not run is no passed test. */
function count(output: string): string {
  const { passed, total } = SUMMARIES.map((summary) => summary.exec(output)?.groups).find(Boolean) ?? {};
  if (passed === undefined || passed === '0' || passed !== total) throw new Error(`not all tests passed:\n${output}`);
  return `${passed} tests`;
}

const checks: Record<string, () => string | void> = {
  'npm installs the runners and the tarballs': () => {
    const tarballs = packages.filter(({ folder }) => ['core', 'testing'].includes(folder)).map(pack);
    run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], { cwd: home, env });
  },
};

const VITEST: Record<string, string[]> = {
  'as it comes': [],
  'in threads': ['--pool=threads'],
  'in forks': ['--pool=forks'],
  'in threads that are not isolated': ['--pool=threads', '--no-isolate', '--maxWorkers=1'],
  'in forks that are not isolated': ['--pool=forks', '--no-isolate', '--maxWorkers=1'],
};
const vitest = (project: string, options: readonly string[]): string =>
  count(inProject(project, process.execPath, installed('vitest/vitest.mjs'), 'run', ...options));
for (const [how, options] of Object.entries(VITEST)) checks[`Vitest ${how}`] = () => vitest('vitest', options);
checks['Vitest with globals'] = () => vitest('vitest-globals', []);

const JEST: Record<string, { project: string; node?: string[]; options?: string[] }> = {
  'as it comes, CommonJS without a flag': { project: 'jest-cjs' },
  'without globals': { project: 'jest-cjs', options: ['--injectGlobals=false'] },
  'with ES modules': { project: 'jest-esm', node: ['--experimental-vm-modules'] },
  'with ts-jest': { project: 'jest-typescript', options: ['--config=ts-jest.config.js'] },
  'with SWC': { project: 'jest-typescript', options: ['--config=swc.config.js'] },
};
for (const [version, node] of Object.entries(nodes)) {
  for (const [how, { project, node: flags = [], options = [] }] of Object.entries(JEST)) {
    checks[`Jest ${how}, in Node ${version}`] = () =>
      count(
        inProject(
          project,
          node,
          ...flags,
          installed('jest/bin/jest.js'),
          '--json',
          '--no-cache',
          '--maxWorkers=2',
          ...options,
        ),
      );
  }
  const setUp = ['--import', '@stamina/testing/node', '--test-reporter=tap'];
  checks[`node:test, in Node ${version}`] = () => count(inProject('node', node, ...setUp, '--test'));
  checks[`node:test of one file, in Node ${version}`] = () => count(inProject('node', node, ...setUp, 'first.test.js'));
}
checks['node:test, its files in one process'] = () =>
  count(
    inProject(
      'node',
      process.execPath,
      '--import',
      '@stamina/testing/node',
      '--test-reporter=tap',
      '--test',
      '--test-isolation=none',
    ),
  );

/** Runs tests that fail because of test mode. Their set-up module must explain that once, to the first of them. */
function explained(node: string, ...args: string[]): void {
  const { stdout, stderr } = spawnSync(node, args, { cwd: join(home, 'failing'), env, encoding: 'utf8' });
  const output = `${stdout}${stderr}`;
  const calls = [...output.matchAll(/in it (\w+) gave up after one attempt/g)].map(([, call]) => call);
  if (calls.join() !== 'first') throw new Error(`test mode was explained to: ${calls.join() || 'nobody'}\n${output}`);
}
checks['Vitest explains a failure'] = () => explained(process.execPath, installed('vitest/vitest.mjs'), 'run');
for (const [version, node] of Object.entries(nodes)) {
  checks[`Jest explains a failure, in Node ${version}`] = () => explained(node, installed('jest/bin/jest.js'));
  checks[`node:test explains a failure, in Node ${version}`] = () =>
    explained(node, '--import', '@stamina/testing/node', '--test', 'node.js');
}

for (const project of ['vitest-globals', 'jest-typescript']) {
  checks[`the types of ${project}`] = () =>
    void inProject(project, process.execPath, installed('typescript/bin/tsc'), '-p', '.');
}
report(checks);
