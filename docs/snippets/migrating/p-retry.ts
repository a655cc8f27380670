const { HttpError, load, show } = await import('./answers.ts');

// #region before
import pRetry, { AbortError } from 'p-retry';

const before = () =>
  pRetry(
    async () => {
      try {
        return await load();
      } catch (error) {
        if (error instanceof HttpError && error.status === 404)
          throw new AbortError(error);
        throw error;
      }
    },
    { retries: 4, minTimeout: 10, randomize: true },
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

await show('p-retry', before);
await show('stamina', after);
