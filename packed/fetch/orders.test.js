import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { fetch, HttpStatusError, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

// A client as people write them: `fetch` in the place of the global one, and one with options for what is urgent.
const urgent = retryingFetch({ attempts: 2, attemptTimeout: 500, waitInitial: 5, waitJitter: 5 });

async function listOrders(url) {
  const response = await fetch(`${url}/orders`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

const cancelOrder = (url, id) => urgent(`${url}/orders/${id}`, { method: 'DELETE' });

const placeOrder = (url, order, key) =>
  urgent(`${url}/orders`, {
    method: 'POST',
    body: JSON.stringify(order),
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
  });

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

test('the ES module and the CommonJS build recognise the errors of each other', async (t) => {
  const { url } = await server(t, { status: 503 });
  const common = createRequire(import.meta.url)('@stamina/fetch');
  assert.notEqual(common.HttpStatusError, HttpStatusError);
  for (const make of [retryingFetch, common.retryingFetch]) {
    const errors = [];
    await make({ attempts: 2, waitMax: 0, onRetry: ({ causedBy }) => errors.push(causedBy) })(url);
    assert.equal(errors.length, 1);
    assert.ok(errors[0] instanceof HttpStatusError);
    assert.ok(errors[0] instanceof common.HttpStatusError);
    assert.ok(!(new Error('other') instanceof HttpStatusError));
  }
});
