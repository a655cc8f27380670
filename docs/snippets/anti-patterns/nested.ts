import { retry } from '@stamina/core';

class Unavailable extends Error {}

let requests = 0;
async function request(): Promise<never> {
  requests++;
  throw new Unavailable('down');
}

// #region dont
const policy = retry({ on: Unavailable, attempts: 4, waitMax: 0 });

const query = () => policy.run(request);
const loadUser = () => policy.run(query);
const showPage = () => policy.run(loadUser);
// #endregion dont
await showPage().catch(() => {});
console.log(`don't: ${requests} requests`);

requests = 0;
// #region do
// The layer that knows what may be repeated.
const queryWithRetries = () => policy.run(request);
const loadUserOnce = () => queryWithRetries();
const showPageOnce = () => loadUserOnce();
// #endregion do
await showPageOnce().catch(() => {});
console.log(`do: ${requests} requests`);
