const { HttpError, load, show } = await import('./answers.ts');

// #region before
import {
  retry as cockatielRetry,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel';

const cockatiel = cockatielRetry(
  handleWhen((error) => error instanceof HttpError && error.status !== 404),
  { maxAttempts: 4, backoff: new ExponentialBackoff({ initialDelay: 10 }) },
);

const before = () => cockatiel.execute(({ signal }) => load(signal));

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

await show('cockatiel', before);
await show('stamina', after);
