import { retry } from '@stamina/core';

export class UpstreamError extends Error {}

const policy = retry({ on: UpstreamError, attempts: 3, waitInitial: 5, waitJitter: 5 });

export const loadOrder = policy(async function loadOrder(id) {
  const response = await fetch(`${process.env.UPSTREAM}/orders/${id}`);
  if (response.status >= 500) throw new UpstreamError(`status ${response.status}`);
  return response.json();
});
