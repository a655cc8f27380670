import { flakyServer } from '@stamina/testing';

class HttpError extends Error {}

const server = await flakyServer([
  { status: 503 },
  { status: 503 },
  { body: '{"name":"Ada"}' },
]);

async function loadUser(
  id: number,
  signal: AbortSignal,
): Promise<{ name: string }> {
  const response = await fetch(`${server.url}/users/${id}`, { signal });
  if (!response.ok) throw new HttpError(`status ${response.status}`);
  return (await response.json()) as { name: string };
}

// #region shown
import { retry } from '@stamina/core';

const policy = retry({
  on: HttpError, // What to retry, and nothing else.
  attempts: 5,
  timeout: { seconds: 30 },
});

const user = await policy.run(({ signal }) => loadUser(7, signal));
// #endregion shown
console.log(`${user.name}, after ${server.requests.length} requests`);
await server.close();
