// oxlint-disable typescript/await-thenable
import { retry } from '@stamina/core';

class Unavailable extends Error {}

let calls = 0;
async function load(): Promise<string> {
  calls++;
  return 'Ada';
}

// #region dont
// Wraps `load`, and calls nothing.
const nothing = await retry({ on: Unavailable })(load);
// #endregion dont
console.log(`don't: ${typeof nothing}, ${calls} calls`);

// #region do
const user = await retry({ on: Unavailable }).run(load);
// #endregion do
console.log(`do: ${user}, ${calls} call`);

// #region type
// @ts-expect-error: a function is no string.
const name: string = await retry({ on: Unavailable })(load);
// #endregion type
void name;
