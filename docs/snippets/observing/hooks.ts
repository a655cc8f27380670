import { addRetryHook } from '@stamina/core';

// #region shown
addRetryHook({
  onRetry: ({ name, retryNum, waitFor, causedBy }) =>
    console.warn(
      `${name}: retry ${retryNum} in ${Math.round(waitFor)} ms: ${causedBy}`,
    ),
  onGiveUp: ({ name, reason, errors }) =>
    console.error(`${name}: gave up (${reason}) after ${errors.length} errors`),
  onRecover: ({ name, elapsed }) =>
    console.info(`${name}: recovered after ${Math.round(elapsed)} ms`),
});
// #endregion shown

const { call } = await import('./calls.ts');

await call();
