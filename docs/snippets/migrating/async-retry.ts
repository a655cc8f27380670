const { HttpError, load, show } = await import('./answers.ts');

// #region before
import asyncRetry from 'async-retry';

const before = () =>
  asyncRetry(
    async (bail) => {
      try {
        return await load();
      } catch (error) {
        if (error instanceof HttpError && error.status === 404) {
          bail(error);
          return undefined;
        }
        throw error;
      }
    },
    { retries: 4, minTimeout: 10 },
  );

// #endregion before

// #region after
import { retry } from '@stamina/core';

const policy = retry({
  on: (error) => error instanceof HttpError && error.status !== 404,
  attempts: 5,
  waitInitial: 10,
  waitJitter: 10,
});

const after = () => policy.run((attempt) => load(attempt.signal));
// #endregion after

await show('async-retry', before);
await show('stamina', after);
