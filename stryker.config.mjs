/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'packages/core/vitest.config.ts' },
  // No such file: Stryker would rewrite it with the JavaScript API, which TypeScript 7 does not have.
  tsconfigFile: 'none',
  // Vitest checks no types; Stryker's parser does not know all of the language.
  disableTypeChecks: false,
  mutate: ['packages/core/src/**/*.ts'],
  coverageAnalysis: 'perTest',
  ignorePatterns: ['reports', 'benchmarks', 'examples'],
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { reportTests: false, allowColor: false },
  thresholds: { high: 100, low: 95, break: 95 },
  concurrency: 2,
};
