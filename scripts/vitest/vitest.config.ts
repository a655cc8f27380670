// Runs the tests of the folder in which vitest is started, or those of every package if it is started elsewhere.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type { Reporter } from 'vitest/node';
import { packages, ROOT } from '../packages.ts';

// Mutation tests start at the root and change the sources. All other tests use the built files, because these are published.
const mutated = process.env.STAMINA_MUTATED;

const PACKAGES = join(ROOT, 'packages');

/** The modules of a package, as its own tests import them. Other packages are installed as users have them. */
const modulesOf = (path: string): { find: RegExp; replacement: string }[] =>
  packages
    .filter(({ folder }) => join(PACKAGES, folder) === path)
    .flatMap(({ entries }) => entries)
    .map(({ specifier, esm }) => ({
      find: new RegExp(`^${specifier}$`),
      replacement: mutated ? esm.replace('/dist/', '/src/').replace(/js$/, 'ts') : esm,
    }));

const tests = (path: string): TestProjectInlineConfiguration => ({
  root: path,
  resolve: { alias: modulesOf(path) },
  test: {
    name: basename(path),
    include: ['test/**/*.test.ts'],
    // In other processes mutants have no effect. Tests write programs into folders whose names begin with a dot.
    exclude: mutated ? ['test/processes/**', 'test/readme.test.ts'] : ['test/site/**', 'test/.*/**'],
    setupFiles: [join(import.meta.dirname, 'setup.ts')],
    // Some tests start processes, or a browser, which takes a while on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});

/** The tests of the built site, in a browser. */
const site = (path: string): TestProjectInlineConfiguration => {
  const { test, ...rest } = tests(path);
  return { ...rest, test: { ...test, name: 'site', include: ['test/site/*.test.ts'], exclude: [] } };
};

/** The tests of `@stamina/prometheus` again, with the oldest prom-client that it supports. */
const withOldestClient = (path: string): TestProjectInlineConfiguration => {
  const { test, ...rest } = tests(path);
  return {
    ...rest,
    resolve: { alias: [...modulesOf(path), { find: /^prom-client$/, replacement: 'prom-client-14' }] },
    test: {
      ...test,
      name: 'prometheus, oldest client',
      // Tests that start processes choose the version themselves.
      exclude: ['test/processes/**', 'test/readme.test.ts', 'test/open-metrics.test.ts'],
      env: { PROM_CLIENT: 'oldest' },
    },
  };
};

const MORE: Record<string, (path: string) => TestProjectInlineConfiguration> = {
  docs: site,
  prometheus: withOldestClient,
};

/** Fails a run that skipped a test if STAMINA_NO_SKIPS is set, as it is in `.ci/run`. A test that did not run has not passed. */
const noSkips: Reporter = {
  onTestRunEnd(modules) {
    if (!process.env.STAMINA_NO_SKIPS) return;
    const skipped = modules.flatMap(({ children }) => [...children.allTests('skipped')]);
    for (const test of skipped) console.error(`skipped: ${test.module.relativeModuleId} > ${test.fullName}`);
    if (skipped.length > 0) process.exitCode = 1;
  },
};

const everyPackage = readdirSync(PACKAGES).map((folder) => join(PACKAGES, folder));
const here = mutated ? join(PACKAGES, mutated) : process.cwd();
const paths = existsSync(join(here, 'test')) ? [here] : everyPackage;

export default defineConfig({
  test: {
    reporters: ['default', noSkips],
    maxWorkers: 2,
    // With Prisma, the driver `mariadb` sometimes rejects a promise that nobody can handle if its connection is killed.
    onUnhandledError: (error) => (error as { code?: unknown }).code !== 'ER_SOCKET_UNEXPECTED_CLOSE',
    projects: paths.flatMap((path) => [tests, MORE[basename(path)] ?? []].flat().map((project) => project(path))),
  },
});
