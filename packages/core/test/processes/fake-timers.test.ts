import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { node, path } from './child.ts';

const require = createRequire(import.meta.url);
const fixture = (name: string) => path(`fixtures/fake-timers/${name}`);

/** The defaults of Jest apply: test files are CommonJS, and each has a realm of its own. */
const JEST = {
  rootDir: fixture(''),
  testMatch: ['<rootDir>/jest.spec.cjs'],
  cache: false,
  watchman: false,
};

// Each fixture is a real project of its runner. The output of the runner must confirm the number of tests.
const runners: [string, string[], RegExp][] = [
  [
    'vitest',
    [
      join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs'),
      'run',
      // A project of its own, without the set-up of the tests of the package.
      '--root',
      fixture(''),
      'vitest.spec.js',
    ],
    /Tests\s+16 passed \(16\)/,
  ],
  [
    'jest in its CommonJS mode',
    [require.resolve('jest/bin/jest'), '--config', JSON.stringify(JEST), '--runInBand'],
    /Tests:\s+29 passed, 29 total/,
  ],
  [
    'node:test, which leaves `performance` alone, and of sinon',
    ['--test', '--test-reporter=tap', fixture('node.spec.js')],
    /# pass 40\n# fail 0/,
  ],
];

test.each(runners)(
  'waits and timeouts work under the fake timers of %s',
  { timeout: 60_000 },
  async (_, args, passed) => {
    const { code, output } = await node(args);
    expect(stripVTControlCharacters(output)).toMatch(passed);
    expect(code).toBe(0);
  },
);
