import { basename } from 'node:path';
import type { KnipConfig } from 'knip';
import { packages } from './scripts/packages.ts';

// Started by path, or only compiled.
const STARTED_BY_PATH = ['test/fixtures/**/*.{js,cjs,ts}', 'test/runtimes/*.{js,ts}', 'test/types/*.ts'];
// Started by path; the last two are loaded by NestJS.
const RUNTIMES = ['bun', 'deno', 'workerd', '@nestjs/platform-express', 'rxjs'];
// Imported by examples in a README.
const READMES = ['@opentelemetry/api'];

const published = Object.fromEntries(
  packages.map(({ folder, entries }) => [
    `packages/${folder}`,
    {
      entry: [
        ...entries.map(({ esm }) => `src/${basename(esm, '.js')}.ts`),
        'test/consumer.ts',
        'test/types/*.ts',
        ...STARTED_BY_PATH,
      ],
      ignore: ['api/**'],
      ignoreDependencies: [...RUNTIMES, ...READMES],
      // Debian's.
      ignoreBinaries: ['promtool'],
    },
  ]),
);

export default {
  workspaces: {
    '.': {
      entry: ['scripts/*.ts'],
      // Run by path, or as a plug-in that its host looks for.
      ignoreDependencies: [
        '@arethetypeswrong/cli',
        '@stryker-mutator/vitest-runner',
        // What other dependencies bring, and only a configuration names.
        '@changesets/changelog-git',
        '@changesets/config',
        '@stryker-mutator/api',
      ],
    },
    ...published,
    examples: { entry: ['*.ts'] },
    // Started by path, or imported by a computed one.
    benchmarks: {
      entry: [
        'src/**/main.ts',
        'src/**/*-child.ts',
        'src/calls/prepare/*.ts',
        'src/calls/workload.ts',
        'src/endurance/decorated.ts',
        'src/fetch/server.ts',
        'src/modules/*.js',
      ],
    },
  },
  // With isolated declarations, what an exported signature names is exported too.
  ignoreExportsUsedInFile: { interface: true, type: true },
} satisfies KnipConfig;
