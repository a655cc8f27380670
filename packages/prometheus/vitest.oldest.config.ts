import { mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** The same tests with the oldest prom-client promised; what runs in other processes sees to its version itself. */
export default mergeConfig(config, {
  resolve: { alias: [{ find: /^prom-client$/, replacement: 'prom-client-14' }] },
  test: {
    exclude: ['test/processes/**', 'test/readme.test.ts', 'test/open-metrics.test.ts'],
    env: { PROM_CLIENT: 'oldest' },
  },
});
