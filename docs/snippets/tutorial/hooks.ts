import { retry, setRetryHooks } from '@stamina/core';

// #region hooks
setRetryHooks([
  {
    onRetry: ({ name, retryNum, waitFor, causedBy }) => {
      console.log(
        `${name}: retry ${retryNum} in ${Math.round(waitFor)} ms, after ${causedBy}`,
      );
    },
    onGiveUp: ({ name, attempt, reason }) =>
      console.log(`${name}: gave up after attempt ${attempt}: ${reason}`),
    onRecover: ({ name, attempt }) =>
      console.log(`${name}: attempt ${attempt} succeeded`),
  },
]);
// #endregion hooks

class Unavailable extends Error {}

let failures = 2;
async function loadUser(): Promise<string> {
  if (failures-- > 0) throw new Unavailable('try later');
  return 'Ada';
}

// #region use
const policy = retry({ on: Unavailable, attempts: 3, name: 'loadUser' });

await policy.run(() => loadUser()); // Fails twice.

failures = Infinity;
await policy.run(() => loadUser()).catch(() => {});
// #endregion use
