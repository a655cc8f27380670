// The Worker that workerd's own test command runs.
import * as core from '@stamina/core';
import * as sync from '@stamina/core/sync';
import { behaviourPromises } from './behaviours.neutral.js';
import { corePromises } from './core.js';
import { fetchPromises } from './fetch.js';
import { keep } from './promise.js';
import * as fetch from './stamina-fetch.js';

// While a Worker loads, it may use neither timers nor randomness.
const policy = core.retry({ on: Error, budget: core.retryBudget() });

export default {
  async test(_, { SERVER }) {
    await policy.run(() => {});
    const results = {
      core: await keep({
        ...corePromises(core, sync, { canBlock: false }),
        ...behaviourPromises({ canBlock: false }),
      }),
      fetch: await keep(fetchPromises(fetch, JSON.parse(SERVER), { tellsUnsent: false })),
    };
    console.log(JSON.stringify({ ESM: results }));
  },
};
