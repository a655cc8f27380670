import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RetryOptions, retryContext } from '@stamina/core';
import { afterEach, expect, test } from 'vitest';

// A client of a real stream of server-sent events, which connects again whenever its connection breaks.

let server: Server;
let connections: number;

/** Starts a server that answers each connection by `answer`, which gets the number of the last event that was received. */
async function serve(answer: (response: ServerResponse, last: number) => void): Promise<string> {
  connections = 0;
  server = createServer((request, response) => {
    connections++;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    answer(response, Number(request.headers['last-event-id']));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stop(): void {
  server.close();
  server.closeAllConnections();
}
afterEach(stop);

/** Sends events up to `to`, and then calls `then`. */
function send(response: ServerResponse, last: number, to: number, then: () => void): void {
  const events = Array.from({ length: to - last }, (_, index) => `id: ${last + index + 1}\ndata: text\n\n`);
  response.write(events.join(''), then);
}

async function* idsOf({ body }: Response): AsyncGenerator<number> {
  let text = '';
  for await (const chunk of (body as NonNullable<typeof body>).pipeThrough(new TextDecoderStream())) {
    const events = (text + chunk).split('\n\n');
    text = events.pop() as string;
    for (const event of events) yield Number(/^id: (\d+)$/m.exec(event)?.[1]);
  }
}

async function* subscribe(url: string, options: Partial<RetryOptions>, resets = true): AsyncGenerator<number> {
  let last = 0;
  // `fetch` and its streams throw a TypeError if a connection breaks.
  for await (const attempt of retryContext({ on: TypeError, attempts: 3, waitMax: 0, ...options })) {
    try {
      const response = await fetch(url, { headers: { 'last-event-id': `${last}` }, signal: attempt.signal });
      for await (const id of idsOf(response)) {
        if (resets) attempt.reset();
        last = id;
        yield id;
      }
    } catch (error) {
      attempt.fail(error);
    }
  }
}

/** Reads all events. Returns their numbers, and what the client throws. */
async function read(url: string, options: Partial<RetryOptions> = {}, resets = true) {
  const ids: number[] = [];
  try {
    for await (const id of subscribe(url, options, resets)) ids.push(id);
  } catch (error) {
    return { ids, error };
  }
  return { ids, error: undefined };
}

/** Sends one event in each connection, and breaks it. Ends the tenth connection properly. */
function breakOften(response: ServerResponse, last: number): void {
  send(response, last, last + 1, () => void (last === 9 ? response.end() : response.destroy()));
}

test('a client that resets lives through more broken connections than it has attempts', async () => {
  const outcomes: string[] = [];
  const hooks = {
    onRetry: ({ attempt }: { attempt: number }) => void outcomes.push(`retry after ${attempt}`),
    onRecover: () => void outcomes.push('recovered'),
  };
  const { ids, error } = await read(await serve(breakOften), hooks);
  expect(error).toBeUndefined();
  expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(connections).toBe(10);
  expect(outcomes).toEqual(Array(9).fill(['retry after 1', 'recovered']).flat());
});

test('without a reset, it gives up in the third', async () => {
  const { ids, error } = await read(await serve(breakOften), {}, false);
  expect(ids).toEqual([1, 2, 3]);
  expect(error).toBeInstanceOf(TypeError);
});

test('a server that breaks every connection at once is left after all attempts', async () => {
  const { ids, error } = await read(await serve((response) => void response.destroy()));
  expect([ids, connections]).toEqual([[], 3]);
  expect(error).toBeInstanceOf(TypeError);
});

test('a server that goes away is left after all attempts', async () => {
  const failures: number[] = [];
  const url = await serve((response, last) => send(response, last, 2, stop));
  const { ids, error } = await read(url, { onGiveUp: ({ attempt }) => void failures.push(attempt) });
  expect(ids).toEqual([1, 2]);
  expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  // The connection that worked is the first attempt.
  expect(failures).toEqual([3]);
});

test('a server that falls silent is left at the deadline, which begins again with each event', async () => {
  const url = await serve((response, last) => {
    let sent = last;
    const timer = setInterval(() => {
      if (++sent === 5) clearInterval(timer);
      else send(response, sent - 1, sent, () => {});
    }, 200);
  });
  const { ids, error } = await read(url, { deadline: 600 });
  expect(ids).toEqual([1, 2, 3, 4]);
  expect(error).toMatchObject({ name: 'TimeoutError', message: 'no success within 600 ms (1 attempt)' });
});
