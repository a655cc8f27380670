import { addRetryHook, retry } from '@stamina/core';

// #region shown
addRetryHook({
  onRetry: ({ name, retryNum, waitFor, waitedSoFar, causedBy }) => {
    console.warn(`${name}: retry ${retryNum} in ${Math.round(waitFor)} ms`, {
      waitedSoFar: Math.round(waitedSoFar),
      causedBy: String(causedBy),
    });
  },
  onGiveUp: ({ name, reason, errors }) =>
    console.error(`${name}: gave up (${reason}) after ${errors.length} errors`),
  onRecover: ({ name, elapsed }) =>
    console.info(`${name}: recovered`, { tookLong: elapsed > 60_000 }),
});
// #endregion shown

class Unavailable extends Error {}

let failures = 1;
const policy = retry({
  on: Unavailable,
  attempts: 2,
  waitMax: 0,
  name: 'loadUser',
});
const load = (): string => {
  if (failures-- > 0) throw new Unavailable('try later');
  return 'Ada';
};
await policy.run(load);
failures = 5;
await policy.run(load).catch(() => {});
