import { basename } from 'node:path';
import type { KnipConfig } from 'knip';
import { STORIES } from '../packed/story.ts';
import { packages } from './packages.ts';

// Started by path, or only compiled.
const STARTED_BY_PATH = ['test/fixtures/**/*.{js,cjs,ts}', 'test/types/*.ts'];
// Imported by examples in a README, or by what these import.
const READMES = ['@nestjs/common', 'rxjs', '@opentelemetry/api', '@ai-sdk/openai', 'ai', 'openai'];
// Started by path.
const STARTED = ['jest'];

const published = Object.fromEntries(
  packages.map(({ folder, entries }) => [
    `packages/${folder}`,
    {
      entry: [...entries.map(({ esm }) => `src/${basename(esm, '.js')}.ts`), 'test/types/*.ts', ...STARTED_BY_PATH],
      ignoreDependencies: [...READMES, ...STARTED],
      // Debian's.
      ignoreBinaries: ['promtool', 'mariadb-install-db'],
    },
  ]),
);

export default {
  workspaces: {
    '.': {
      entry: ['scripts/*.{ts,mjs}', 'scripts/{gates,vitest}/*.ts', 'packages/tsdown.config.ts'],
      // Run by path, or as a plug-in that its host looks for.
      ignoreDependencies: [
        '@arethetypeswrong/cli',
        '@stryker-mutator/core',
        '@stryker-mutator/vitest-runner',
        // Other dependencies install these, and only a configuration names them.
        '@changesets/changelog-git',
        '@changesets/config',
        '@stryker-mutator/api',
      ],
    },
    ...published,
    'docs/examples': { entry: ['*.ts'] },
    docs: {
      entry: [
        '.vitepress/config.ts',
        '.vitepress/theme/index.ts',
        'playground/worker.ts',
        'scripts/*.ts',
        'storm/{main,play}.ts',
        'test/site/*.test.ts',
        'test/support/calls.ts',
      ],
      // The programs of the pages import the others; typedoc looks for the compiler.
      ignoreDependencies: [
        /@stamina/,
        /@ai-sdk|@anthropic-ai|@aws-sdk|@nestjs/,
        '@opentelemetry/sdk-logs',
        'ai',
        /async-retry/,
        /axios/,
        'cockatiel',
        'got',
        'ioredis',
        'ky',
        'openai',
        'reflect-metadata',
        'rxjs',
        'undici',
        '@types/pg',
        'p-retry',
        'pino',
        'prom-client',
        'typescript',
      ],
    },
    // The bundler starts at one, and takes others instead of what they are called after; the suite is started by path.
    packed: {
      entry: ['main.ts', 'runtimes/*.js', 'runtimes/behaviours/{index,vitest,node}.ts', 'runtimes/harness/main.ts'],
      // The other stories have dependencies that npm installs elsewhere.
      ignore: STORIES.filter((name) => name !== 'runtimes').map((name) => `${name}/**`),
      ignoreUnresolved: ['./stamina-fetch.js', './behaviours.neutral.js', './testing.browser.js'],
    },
    // Started by path, or imported by a computed one.
    'scripts/benchmarks': {
      entry: [
        'src/main.ts',
        'src/{measure,side-by-side,errors,outage}.ts',
        'src/calls/{waiting,workload}.ts',
        'src/fetch/server.ts',
        'src/endurance/{main,server,decorated}.ts',
      ],
    },
  },
  // With isolated declarations, what an exported signature names is exported too.
  ignoreExportsUsedInFile: { interface: true, type: true },
} satisfies KnipConfig;
