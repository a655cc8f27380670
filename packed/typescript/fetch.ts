// This is a program as users write it. packages.test.js compiles it as an ES module and as CommonJS, with
// the oldest and the newest TypeScript, and runs the results.
import { HttpStatusError, isTransient, retryingFetch } from '@stamina/fetch';

function expectEqual(actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`expected ${String(wanted)}, got ${String(actual)}`);
}

async function main(): Promise<void> {
  const statuses: number[] = [];
  let calls = 0;
  const fetch = retryingFetch({
    waitInitial: 0,
    waitJitter: 0,
    fetch: async () => new Response('answer', { status: ++calls < 3 ? 503 : 200 }),
    onRetry({ causedBy }) {
      if (causedBy instanceof HttpStatusError) statuses.push(causedBy.status);
    },
  });
  const anywhere: typeof globalThis.fetch = fetch;
  expectEqual(await (await anywhere('https://api.example.com/users')).text(), 'answer');
  expectEqual(statuses.join(), '503,503');

  calls = 0;
  const response = await fetch('https://api.example.com/users', { method: 'PUT', body: () => 'fresh' });
  expectEqual(response.status satisfies number, 200);

  expectEqual(isTransient(new TypeError('Failed to fetch')), true);
  console.log(`${statuses.length} retries`);
}

/** Shows mistakes that the types refuse. */
export function misuse(): void {
  // @ts-expect-error The option is called `attempts`.
  retryingFetch({ retries: 3 });
}

void main();
