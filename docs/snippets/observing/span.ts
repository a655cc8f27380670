import { retry } from '@stamina/core';

// #region shown
const policy = retry({
  on: Error,
  waitMax: 20,
  onRetry: ({ retryNum }) => {
    console.time(`wait ${retryNum}`);
    return { dispose: () => console.timeEnd(`wait ${retryNum}`) };
  },
});
// #endregion shown

let failures = 1;
await policy.run(() => {
  if (failures-- > 0) throw new Error('try later');
});
