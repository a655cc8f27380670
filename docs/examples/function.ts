/** Wrap a function: it is called as before, and retries by itself. Run this with `npx pnpm@12 exec node docs/examples/function.ts`. */
import { retry } from '@stamina/core';
import { flakyServer } from '@stamina/testing';
import { HttpError, isWorthRetrying } from './http-error.ts';

const getUser = retry({
  on: isWorthRetrying,
  attempts: 3,
  waitInitial: 10,
  waitJitter: 10,
  onRetry: ({ name, retryNum, causedBy }) => console.log(`${name}: retry ${retryNum} after ${causedBy}`),
})(async function getUser(url: string) {
  const response = await fetch(url);
  if (!response.ok) throw new HttpError(response);
  return response.text();
});

await using server = await flakyServer([{ status: 503 }, { status: 500 }, { body: 'Ada' }]);
console.log(`hello ${await getUser(server.url)}`);
