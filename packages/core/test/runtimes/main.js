// Run by Node, Bun and Deno: both builds, as these runtimes load them.
import { createRequire } from 'node:module';
import * as core from '@stamina/core';
import * as sync from '@stamina/core/sync';
import { smoke } from './smoke.js';

const require = createRequire(import.meta.url);
const canBlock = true;
console.log(
  JSON.stringify({
    esm: await smoke(core, sync, { canBlock }),
    cjs: await smoke(require('@stamina/core'), require('@stamina/core/sync'), { canBlock }),
  }),
);
