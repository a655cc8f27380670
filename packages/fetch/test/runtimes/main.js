// Run by Node, Bun and Deno: both builds, as these runtimes load them; the argument says where the server is.
import { createRequire } from 'node:module';
import process from 'node:process';
import * as fetch from '@stamina/fetch';
import { smoke } from './smoke.js';

const require = createRequire(import.meta.url);
const [esm, cjs] = JSON.parse(process.argv[2]);
console.log(JSON.stringify({ esm: await smoke(fetch, esm), cjs: await smoke(require('@stamina/fetch'), cjs) }));
process.exit();
