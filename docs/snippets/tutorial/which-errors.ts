import { retry } from '@stamina/core';

class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

const answers = [503, 404];

async function loadUser(): Promise<string> {
  const status = answers.shift() ?? 200;
  console.log(`the server says ${status}`);
  if (status !== 200) throw new HttpError(status);
  return 'Ada';
}

// #region predicate
const policy = retry({
  on: (error) =>
    error instanceof HttpError && (error.status === 429 || error.status >= 500),
});
// #endregion predicate

// #region use
try {
  await policy.run(() => loadUser());
} catch (error) {
  console.log(`it failed: ${(error as HttpError).message}`);
}
// #endregion use
