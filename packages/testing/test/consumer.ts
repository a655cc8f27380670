// What a user may write, as one program: the gate for the packed package compiles it as an ES module and as CommonJS,
// under the oldest and the newest TypeScript, and runs all of these.
import { retry } from '@stamina/core';
import { flakyServer, simulate } from '@stamina/testing';

async function main(): Promise<void> {
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
