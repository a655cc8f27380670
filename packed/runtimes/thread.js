// A worker of a page has no import map of its own.
import { corePromises } from './core.js';
import * as core from './node_modules/@stamina/core/dist/core.js';
import * as sync from './node_modules/@stamina/core/dist/sync.js';
import { keep } from './promise.js';

postMessage(await keep(corePromises(core, sync, { canBlock: true })));
