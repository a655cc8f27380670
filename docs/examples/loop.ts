/** Retry a block with your own control flow. Run this with `npx pnpm@12 exec node docs/examples/loop.ts`. */
import { retryContext } from '@stamina/core';
import { flakyServer } from '@stamina/testing';
import { HttpError, isWorthRetrying } from './http-error.ts';

// A missing user is an answer, not a failure: no retry.
await using server = await flakyServer([{ status: 503 }, { status: 503 }, { status: 404 }]);

let user = 'nobody';
for await (const attempt of retryContext({ on: isWorthRetrying, attempts: 3, waitInitial: 10, waitJitter: 10 })) {
  console.log(`attempt ${attempt.num}`);
  try {
    const response = await fetch(server.url);
    if (response.status === 404) break;
    if (!response.ok) throw new HttpError(response);
    user = await response.text();
  } catch (error) {
    attempt.fail(error);
  }
}
console.log(`hello ${user}`);
