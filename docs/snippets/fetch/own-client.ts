import { retry } from '@stamina/core';
import { isTransient } from '@stamina/fetch';

// #region shown
const policy = retry({ on: isTransient, attempts: 4 });
// #endregion shown

let calls = 0;
await policy
  .run(() => {
    calls++;
    throw new TypeError('Invalid URL');
  })
  .catch(() => {});
console.log(`a mistake is not transient: ${calls} call`);
