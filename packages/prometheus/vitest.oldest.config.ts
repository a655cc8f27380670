import { mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** Runs the same tests with the oldest supported prom-client. Tests that start processes choose the version themselves. */
export default mergeConfig(config, {
  resolve: { alias: [{ find: /^prom-client$/, replacement: 'prom-client-14' }] },
  test: {
    exclude: ['test/processes/**', 'test/readme.test.ts', 'test/open-metrics.test.ts'],
    env: { PROM_CLIENT: 'oldest' },
  },
});
