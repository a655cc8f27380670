// Checks the promises with both builds in Node, Bun and Deno. The argument has the URLs of the servers of fetch.
import { createRequire } from 'node:module';
import process from 'node:process';
import { corePromises } from './core.js';
import { fetchPromises } from './fetch.js';
import { keep } from './promise.js';
import { serverPromises, testingPromises } from './testing.js';

const require = createRequire(import.meta.url);
const servers = JSON.parse(process.argv[2]);
const canBlock = true;
const results = {};
for (const [form, extension, load] of [
  ['ESM', 'js', (name) => import(name)],
  ['CommonJS', 'cjs', (name) => require(name)],
]) {
  const core = await load('@stamina/core');
  const sync = await load('@stamina/core/sync');
  const testing = await load('@stamina/testing');
  const { behaviourPromises } = await load(`./behaviours.${extension}`);
  results[form] = {
    core: await keep({ ...corePromises(core, sync, { canBlock }), ...behaviourPromises({ canBlock }) }),
    fetch: await keep(fetchPromises(await load('@stamina/fetch'), servers[form])),
    testing: await keep({ ...serverPromises(testing), ...testingPromises(testing, core) }),
  };
}
// A pipe takes its time.
process.stdout.write(JSON.stringify(results), () => process.exit());
