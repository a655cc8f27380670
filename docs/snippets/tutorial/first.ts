import { retry } from '@stamina/core';
import { isTransient } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

async function loadUser(
  id: string,
  signal: AbortSignal,
): Promise<{ name: string }> {
  const response = await fetch(`${server.url}/users/${id}`, { signal });
  if (!response.ok) throw new HttpError(response.status);
  return (await response.json()) as { name: string };
}

// A lost connection, a 429 or a 5xx may pass by itself.
// A 404 or a 401 does not.
function isWorthRetrying(error: unknown): boolean {
  if (error instanceof HttpError)
    return error.status === 429 || error.status >= 500;
  return isTransient(error);
}

// Drops the first connection, is busy once, then answers.
const server = await flakyServer([
  { reset: true },
  { status: 503 },
  { body: '{"name":"Ada"}' },
]);

const policy = retry({ on: isWorthRetrying });

const user = await policy.run((attempt) => {
  console.log(`attempt ${attempt.num}`);
  return loadUser('7', attempt.signal);
});
console.log(`hello ${user.name}`);

await server.close();
