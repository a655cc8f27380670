import { retry } from '@stamina/core';

class Unavailable extends Error {}

let calls = 0;
async function load(): Promise<string> {
  if (++calls === 1) throw new Unavailable('try later');
  return 'Ada';
}

const policy = retry({ on: Unavailable, waitMax: 0 });

// #region dont
const swallowed = await policy.run(async () => {
  try {
    return await load();
  } catch {
    return undefined; // Nothing is left to retry.
  }
});
// #endregion dont
console.log(`don't: ${swallowed}`);

calls = 0;
// #region do
const user = await policy.run(load).catch(() => undefined);
// #endregion do
console.log(`do: ${user}`);
