import { retry } from '@stamina/core';

class HttpError extends Error {}

try {
  // #region dont
  // @ts-expect-error: a name is no class.
  retry({ on: 'HttpError' });
  // #endregion dont
} catch (error) {
  console.log(`don't: ${error}`);
}

// #region do
const policy = retry({ on: HttpError });
// #endregion do
console.log(`do: ${await policy.run(() => 'Ada')}`);
