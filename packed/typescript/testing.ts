// This is a program as users write it. packages.test.js compiles it as an ES module and as CommonJS, with
// the oldest and the newest TypeScript, and runs the results.
import { retry } from '@stamina/core';
import {
  assertRetried,
  flaky,
  flakyServer,
  recordRetries,
  simulate,
  withoutRetries,
  withTesting,
} from '@stamina/testing';

async function inScopes(): Promise<void> {
  const recorder = recordRetries();
  const load = flaky(async (id: number) => ({ id }), { failures: 2, error: RangeError });
  const call = retry({ on: RangeError, attempts: 2 })(load);
  const [user, failure] = await Promise.all([
    withTesting({ attempts: 3 }, () => call(1)),
    withoutRetries(() => call(2).catch((error: unknown) => error)),
  ]);
  if (user.id !== 1) throw new Error(`got ${user.id}`);
  if (!(failure instanceof RangeError)) throw new Error(`got ${String(failure)}`);
  assertRetried(recorder, 1);
  recorder.dispose();
}

async function main(): Promise<void> {
  await inScopes();
  const server = await flakyServer([{ status: 503 }, { reset: true }, { body: 'answer' }]);
  try {
    const answer = await retry({ on: Error, waitMax: 0 }).run(async () => {
      const response = await fetch(server.url);
      if (!response.ok) throw new Error(`status ${response.status}`);
      return response.text();
    });
    if (answer !== 'answer') throw new Error(`got ${answer}`);
    if (server.requests.length !== 3) throw new Error(`${server.requests.length} requests`);
    console.log('retried a 503 and a reset');
    const { worstCase } = simulate({ on: Error });
    if (worstCase !== 27_300) throw new Error(`a worst case of ${worstCase} ms`);
  } finally {
    await server.close();
  }
}

void main();
