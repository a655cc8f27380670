/** Retry a piece of code, here and now. Run this with `npx pnpm@12 exec node docs/examples/run.ts`. */
import { retry } from '@stamina/core';
import { flakyServer } from '@stamina/testing';
import { HttpError, isWorthRetrying } from './http-error.ts';

async function load(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new HttpError(response);
  return response.text();
}

// Busy once, then too slow once, then well.
await using server = await flakyServer([{ status: 503 }, { hang: true }, { body: 'Ada' }]);

const policy = retry({ on: isWorthRetrying, attempts: 3, attemptTimeout: 500, waitInitial: 10, waitJitter: 10 });
const user = await policy.run((attempt) => {
  console.log(`attempt ${attempt.num}`);
  return load(server.url, attempt.signal);
});
console.log(`hello ${user}`);
