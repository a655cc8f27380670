// A client as people write them: `fetch` in the place of the global one, and one with options for what is urgent.
import { fetch, retryingFetch } from '@stamina/fetch';

const urgent = retryingFetch({ attempts: 2, attemptTimeout: 500, waitInitial: 5, waitJitter: 5 });

export async function listOrders(url) {
  const response = await fetch(`${url}/orders`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

export const cancelOrder = (url, id) => urgent(`${url}/orders/${id}`, { method: 'DELETE' });

export const placeOrder = (url, order, key) =>
  urgent(`${url}/orders`, {
    method: 'POST',
    body: JSON.stringify(order),
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
  });
