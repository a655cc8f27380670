import { isTransient } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

// A lost connection, a 429 or a 5xx may pass by itself.
// A 404 or a 401 does not.
function isWorthRetrying(error: unknown): boolean {
  if (error instanceof HttpError)
    return error.status === 429 || error.status >= 500;
  return isTransient(error);
}

const server = await flakyServer([
  { reset: true },
  { status: 503 },
  { body: '{"name":"Ada"}' },
]);

async function loadUser(
  id: number,
  signal: AbortSignal,
): Promise<{ name: string }> {
  const response = await fetch(`${server.url}/users/${id}`, { signal });
  if (!response.ok) throw new HttpError(response.status);
  return (await response.json()) as { name: string };
}

// #region shown
import { retry } from '@stamina/core';

const policy = retry({
  on: isWorthRetrying, // Lost connections, 429 and 5xx; no 404, no 401.
  attempts: 5,
  timeout: { seconds: 30 },
});

const user = await policy.run(({ signal }) => loadUser(7, signal));
// #endregion shown
console.log(`${user.name}, after ${server.requests.length} requests`);
await server.close();
