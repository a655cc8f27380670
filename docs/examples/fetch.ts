/** A fetch that retries what may be sent twice. Run this with `npx pnpm@12 exec node docs/examples/fetch.ts`. */
import { HttpStatusError, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const fetch = retryingFetch({
  attempts: 3,
  waitInitial: 10,
  waitJitter: 10,
  name: ({ method }) => method,
  onRetry({ name, retryNum, causedBy }) {
    const cause = causedBy instanceof HttpStatusError ? causedBy.status : causedBy;
    console.log(`${name}: retry ${retryNum} after ${cause}`);
  },
});

await using server = await flakyServer([
  { status: 503, headers: { 'retry-after': '1' } },
  { body: 'Ada' },
  { status: 503 },
  { reset: true },
  { status: 201 },
]);

const user = await fetch(`${server.url}/users/7`);
console.log(`hello ${await user.text()}`);

// Nobody knows whether a POST that failed has had its effect: it is sent once, and the answer is yours.
const order = { method: 'POST', body: '{ "item": 1 }' };
const once = await fetch(`${server.url}/orders`, order);
console.log(`order without a key: ${once.status}`);

// With a key, the server can tell a repetition from a second order.
const safe = await fetch(`${server.url}/orders`, { ...order, headers: { 'idempotency-key': 'order-1' } });
console.log(`order with a key: ${safe.status}`);
console.log(`keys: ${server.requests.slice(3).map(({ headers }) => headers['idempotency-key'])}`);
