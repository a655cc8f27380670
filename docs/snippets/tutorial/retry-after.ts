import { retry } from '@stamina/core';

class TooManyRequests extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('429 Too Many Requests');
    this.retryAfterMs = retryAfterMs;
  }
}

// #region shown
const policy = retry({
  on: (error) =>
    error instanceof TooManyRequests && { atLeast: error.retryAfterMs },
});
// #endregion shown

let calls = 0;
const begun = performance.now();
await policy.run(() => {
  if (++calls === 1) throw new TooManyRequests(500);
});
console.log(
  `retried no sooner than asked: ${performance.now() - begun >= 500}`,
);
