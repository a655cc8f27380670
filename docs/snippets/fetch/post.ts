import { fetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer([
  { status: 503 },
  { status: 503 },
  { status: 201 },
]);
const { url } = server;
const order = JSON.stringify({ item: 'lamp' });

// #region plain
const plain = await fetch(`${url}/orders`, { method: 'POST', body: order });
console.log('without a key:', plain.status);
// #endregion plain

// #region key
const keyed = await fetch(`${url}/orders`, {
  method: 'POST',
  headers: { 'idempotency-key': crypto.randomUUID() },
  body: order,
});
console.log('with a key:', keyed.status);
// #endregion key

const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
console.log('the same key each time:', keys[1] === keys[2]);
await server.close();
