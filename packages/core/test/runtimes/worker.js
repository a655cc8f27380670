// The Worker that workerd's own test command runs.
import * as core from '@stamina/core';
import * as sync from '@stamina/core/sync';
import { smoke } from './smoke.js';

// What a Worker does on loading must need neither timers nor randomness.
const policy = core.retry({ on: Error, budget: core.retryBudget() });

export default {
  async test() {
    await policy.run(() => {});
    console.log(JSON.stringify(await smoke(core, sync, { canBlock: false })));
  },
};
