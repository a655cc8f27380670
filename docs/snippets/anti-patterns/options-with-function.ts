// oxlint-disable typescript/await-thenable
import { retry } from '@stamina/core';

class Unavailable extends Error {}

const load = async (): Promise<string> => 'Ada';

try {
  // #region dont
  // @ts-expect-error: `retry` takes options alone.
  await retry({ on: Unavailable }, load);
  // #endregion dont
} catch (error) {
  console.log(`don't: ${error}`);
}

// #region do
const user = await retry({ on: Unavailable }).run(load);
// #endregion do
console.log(`do: ${user}`);
