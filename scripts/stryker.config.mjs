// `scripts/mutate.ts` says which package is mutated.
const folder = process.env.STAMINA_MUTATED;

/** The least share of mutants, in percent, that tests must notice. */
const LEAST = { core: 96, testing: 90 };

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'scripts/vitest/vitest.config.ts' },
  // No such file: Stryker would rewrite it with the JavaScript API, which TypeScript 7 does not have.
  tsconfigFile: 'none',
  // Vitest checks no types; Stryker's parser does not know all of the language.
  disableTypeChecks: false,
  mutate: [`packages/${folder}/src/**/*.ts`],
  coverageAnalysis: 'perTest',
  ignorePatterns: ['reports', 'docs', 'scripts/benchmarks'],
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { reportTests: false, allowColor: false },
  htmlReporter: { fileName: `reports/mutation/${folder}.html` },
  jsonReporter: { fileName: `reports/mutation/${folder}.json` },
  thresholds: { high: 100, low: LEAST[folder], break: LEAST[folder] },
  concurrency: 2,
};
