import { retry } from '@stamina/core';
import { flakyServer } from '@stamina/testing';

class HttpError extends Error {}

async function loadUser(
  id: string,
  signal: AbortSignal,
): Promise<{ name: string }> {
  const response = await fetch(`${server.url}/users/${id}`, { signal });
  if (!response.ok) throw new HttpError(`status ${response.status}`);
  return (await response.json()) as { name: string };
}

// Fails twice, then answers.
const server = await flakyServer([
  { status: 503 },
  { status: 503 },
  { body: '{"name":"Ada"}' },
]);

const policy = retry({ on: HttpError });

const user = await policy.run((attempt) => {
  console.log(`attempt ${attempt.num}`);
  return loadUser('7', attempt.signal);
});
console.log(`hello ${user.name}`);

await server.close();
