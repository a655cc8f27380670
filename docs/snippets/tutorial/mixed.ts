import { retry } from '@stamina/core';

class HttpError extends Error {
  readonly status = 500;
}

// #region shown
class ConnectionError extends Error {}

const policy = retry({
  on: [
    ConnectionError,
    (error) => error instanceof HttpError && error.status >= 500,
  ],
});
// #endregion shown

const errors = [new ConnectionError('reset'), new HttpError('busy')];
const result = await policy.run(() => {
  const error = errors.shift();
  if (error) throw error;
  return 'both were retried';
});
console.log(result);
