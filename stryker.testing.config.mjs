import core from './stryker.config.mjs';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  ...core,
  vitest: { configFile: 'packages/testing/vitest.config.ts' },
  mutate: ['packages/testing/src/**/*.ts'],
  thresholds: { high: 100, low: 90, break: 90 },
  htmlReporter: { fileName: 'reports/mutation-testing/mutation.html' },
  jsonReporter: { fileName: 'reports/mutation-testing/mutation.json' },
};
