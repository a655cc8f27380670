import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { play } from './flaky-answer.ts';
import { type FlakyRequest, readBody, recordRequest } from './flaky-request.ts';
import { resolveScript } from './flaky-script.ts';
import type { FlakyScript } from './flaky-step.ts';

/** `Symbol.asyncDispose` where the user's `lib` has it; where not, nothing. */
type AsyncDisposeKey = SymbolConstructor extends { readonly asyncDispose: infer S extends symbol } ? S : never;

/** A running flaky server. With `await using` it closes at the end of its block. */
export type FlakyServer = {
  /** Where it listens, without a slash at the end: `'http://127.0.0.1:49152'`. */
  readonly url: string;
  /** The requests received so far, oldest first. A request counts once its body has arrived. */
  readonly requests: readonly FlakyRequest[];
  /**
   * Stop at once: connections are dropped, delays and drips end, no handle stays open.
   * Any number of calls do the same as one. Rejects with the first error of a script function, if one failed.
   */
  close(): Promise<void>;
} & { readonly [K in AsyncDisposeKey]: () => Promise<void> };

/**
 * Start a real HTTP server on 127.0.0.1, on a free port, that fails as scripted.
 *
 * @param script One step for all requests, an array with a step for each (the last repeats),
 *   or a function of the request that returns a step or a promise of one. Steps: `{ status, headers, body }`,
 *   `{ reset: true }`, `{ close: true }`, `{ hang: true }`, `{ truncate: bytes }`, `{ drip: ms }`; each may have a `delay` in milliseconds.
 *   A function that fails, or returns no step, makes the server answer 500 with the error's text, and `close()` reject with that error.
 * @returns The server, listening. Close it: it keeps the process alive.
 * @throws {TypeError} (as a rejection) for a script that is no step, unknown keys, and keys that contradict each other.
 * @throws {RangeError} (as a rejection) for an empty script, and numbers out of range.
 * @example
 * await using server = await flakyServer([{ status: 503 }, { reset: true }, { body: 'hello' }]);
 * const text = await retry({ on: Error }).run(() => load(server.url));
 * server.requests.length; // 3
 */
export async function flakyServer(script: FlakyScript): Promise<FlakyServer> {
  const decide = resolveScript(script);
  const requests: FlakyRequest[] = [];
  const errors: unknown[] = [];
  const sockets = new Map<Socket, number>();
  const playing = new Set<AbortController>();
  let connections = 0;
  let closed: Promise<void> | undefined;

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    playing.add(gone);
    response.once('close', () => {
      playing.delete(gone);
      gone.abort();
    });
    const connection = sockets.get(message.socket) as number;
    const body = await readBody(message).catch(() => undefined);
    // The client left in the middle of its request, or the server was closed: there is nobody to answer.
    if (body === undefined || gone.signal.aborted) return;
    const request = recordRequest(message, body, { num: requests.length + 1, connection });
    requests.push(request);
    try {
      await play(await decide(request), response, gone.signal);
    } catch (error) {
      // Once the server is closed, nobody could be told, nor would it matter to a test that has ended.
      if (closed !== undefined) return;
      errors.push(error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`The script of this flaky server failed: ${String(error)}`);
    }
  }

  const server = createServer((message, response) => void serve(message, response));
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, ++connections);
    socket.once('close', () => sockets.delete(socket));
  });

  async function stop(): Promise<void> {
    const ended = [once(server, 'close'), ...Array.from(sockets.keys(), (socket) => once(socket, 'close'))];
    server.close();
    // Here rather than when the sockets have closed, so that no timer outlives this call.
    for (const gone of playing) gone.abort();
    for (const socket of sockets.keys()) socket.destroy();
    await Promise.all(ended);
    if (errors.length > 0) throw errors[0];
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): Promise<void> => (closed ??= stop());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}
