// Checks all promises on the main thread of a page, which cannot block, and those of core also in a worker, which can.
import * as core from '@stamina/core';
import * as sync from '@stamina/core/sync';
import * as fetch from '@stamina/fetch';
import { behaviourPromises } from './behaviours.neutral.js';
import { corePromises } from './core.js';
import { fetchPromises } from './fetch.js';
import { keep } from './promise.js';
import * as testing from './testing.browser.js';
import { testingPromises } from './testing.js';

const worker = () =>
  new Promise((resolve, reject) => {
    const started = new Worker('/thread.js', { type: 'module' });
    started.onmessage = ({ data }) => resolve(data);
    started.onerror = ({ message }) => reject(new Error(message));
  });

export async function main(server) {
  return {
    page: {
      core: await keep({
        ...corePromises(core, sync, { canBlock: false }),
        ...behaviourPromises({ canBlock: false }),
      }),
      fetch: await keep(fetchPromises(fetch, server, { tellsUnsent: false, tellsLoops: false, sendsStreams: false })),
      testing: await keep(testingPromises(testing, core)),
    },
    worker: { core: await worker() },
  };
}
