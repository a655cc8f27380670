import { retry } from '@stamina/core';

class Unavailable extends Error {}

try {
  // #region dont
  // @ts-expect-error: a name is no class.
  retry({ on: 'Unavailable' });
  // #endregion dont
} catch (error) {
  console.log(`don't: ${error}`);
}

// #region do
const policy = retry({ on: Unavailable });
// #endregion do
console.log(`do: ${await policy.run(() => 'Ada')}`);
