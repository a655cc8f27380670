import assert from 'node:assert/strict';
import test from 'node:test';
import { flakyServer } from '@stamina/testing';
import { cancelOrder, listOrders, placeOrder } from './orders.js';

const server = async (t, script) => {
  const started = await flakyServer(script);
  t.after(() => started.close());
  return started;
};

test('a list survives a reset and a 503, and is not asked for before the server allows', async (t) => {
  const { url, requests } = await server(t, [
    { reset: true },
    { status: 503, headers: { 'retry-after': '1' } },
    { body: '[1,2]' },
  ]);
  assert.deepEqual(await listOrders(url), [1, 2]);
  const [, second, third] = requests.map(({ at }) => at);
  assert.ok(third - second >= 1000, `asked again after ${third - second} ms`);
});

test('an answer that takes too long is asked for again', async (t) => {
  const { url, requests } = await server(t, [{ hang: true }, { status: 204 }]);
  assert.equal((await cancelOrder(url, 7)).status, 204);
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    ['DELETE /orders/7', 'DELETE /orders/7'],
  );
});

test('an order is sent once, and twice only with a key', async (t) => {
  const { url, requests } = await server(t, { status: 503 });
  assert.equal((await placeOrder(url, { item: 1 })).status, 503);
  assert.equal(requests.length, 1);
  assert.equal((await placeOrder(url, { item: 1 }, 'order-1')).status, 503);
  assert.deepEqual(
    requests.map(({ body, headers }) => `${body} ${headers['idempotency-key'] ?? ''}`),
    ['{"item":1} ', '{"item":1} order-1', '{"item":1} order-1'],
  );
});
