import { retry, retryContext } from '@stamina/core';

class Unavailable extends Error {}

const load = async (): Promise<string> => 'Ada';

// #region dont
// @ts-expect-error: TypeScript cannot know that the loop never just ends.
async function loadInLoop(): Promise<string> {
  for await (const attempt of retryContext({ on: Unavailable })) {
    try {
      return await load();
    } catch (error) {
      attempt.fail(error);
    }
  }
}
// #endregion dont
console.log(`don't: ${await loadInLoop()}, but it does not compile`);

// #region do
async function loadByRun(): Promise<string> {
  return await retry({ on: Unavailable }).run(load);
}
// #endregion do
console.log(`do: ${await loadByRun()}`);
