import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { Connection } from './flaky-connection.ts';
import { type FlakyServerOptions, resolveOptions } from './flaky-options.ts';
import { play } from './flaky-play.ts';
import { beginRequest, type FlakyRequest, receiveBody } from './flaky-request.ts';
import { resolveScript } from './flaky-script.ts';
import type { FlakyScript } from './flaky-step.ts';

// Held from the start: fake timers do not move the server.
const nextTurn = setImmediate;

/** `Symbol.asyncDispose` where the reader's type library has it (`lib: ESNext.Disposable`, `@types/node`). */
type AsyncDisposeKey = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol } ? Key : never;

/** A running flaky server. With `await using` it closes at the end of its block. */
export type FlakyServer = {
  /** Where it listens, without a slash at the end: `'http://127.0.0.1:49152'`. */
  readonly url: string;
  /**
   * The requests received so far, oldest first. The list is live: a request is in it as soon as its headers have arrived.
   * Yours to empty: `num` goes on counting.
   */
  readonly requests: FlakyRequest[];
  /** The TCP connections that clients made to it; live. */
  readonly connections: {
    /** All so far, those included on which no request came (a refused certificate, say). */
    readonly total: number;
    /**
     * Those open now. The server hears of a closed one a moment after the client closed it.
     * Node's `fetch`, having aborted a request, connects anew, and may keep that connection.
     */
    readonly open: number;
  };
  /**
   * Close the connections that carry no request, without a word, as a server does that restarts: what the client sends on one
   * before it has noticed, it sends in vain.
   */
  closeIdleConnections(): void;
  /**
   * Stop at once: connections are dropped, delays and drips end, no handle stays open.
   * Any number of calls do the same as one. Rejects with the first error of a script function, if one failed.
   */
  close(): Promise<void>;
} & { readonly [Key in AsyncDisposeKey]: () => Promise<void> };

/**
 * Start a real HTTP server on 127.0.0.1, on a free port, that fails as scripted.
 *
 * Its delays are real time: fake timers do not move them.
 *
 * @param script One step for all requests, an array with a step for each (the last repeats),
 *   or a function of the request, once it has arrived whole, that returns a step or a promise of one.
 *   Steps: `{ status, headers, body }`, `{ drip: ms }`, `{ endless: true }`, `{ truncate: bytes }`, `{ raw: bytes }`, `{ reset: true }`,
 *   `{ close: true }`, `{ hang: true }`; each may have a `delay` in milliseconds.
 *   A function that fails, or returns no step, makes the server answer 500 with the error's text, and `close()` reject with that error.
 * @param options `{ tls: { key, cert } }` for HTTPS; `{ keepAliveTimeout: ms }` to close idle connections, which else stay open.
 * @returns The server, listening. Close it: it keeps the process alive.
 * @throws {TypeError} (as a rejection) for a script that is no step, unknown keys, keys that contradict each other, an unusable certificate.
 * @throws {RangeError} (as a rejection) for an empty script, and numbers out of range.
 * @example
 * await using server = await flakyServer([{ status: 503 }, { reset: true }, { body: 'hello' }]);
 * const text = await retry({ on: Error }).run(() => load(server.url));
 * server.requests.length; // 3
 */
export async function flakyServer(script: FlakyScript, options: FlakyServerOptions = {}): Promise<FlakyServer> {
  const planFor = resolveScript(script);
  const { secureContext, keepAliveTimeout } = resolveOptions(options);
  const requests: FlakyRequest[] = [];
  const errors: unknown[] = [];
  const open = new Set<Connection>();
  /** By what HTTP reads from: the TCP connection itself, or the TLS on it. */
  const connections = new WeakMap<Socket, Connection>();
  let received = 0;
  let total = 0;
  let closing: Promise<void> | undefined;

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = connections.get(message.socket) as Connection;
    const request = beginRequest(message, ++received, connection.num, connection.begin(message, response));
    requests.push(request);
    const plan = planFor(request.num);
    if (!(await receiveBody(message, request, plan.read))) return;
    try {
      await play(await plan.step(request), response, connection);
    } catch (error) {
      errors.push(error);
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`The script of this flaky server failed: ${inspect(error)}`);
    }
  }

  const http = createHttpServer((message, response) => void serve(message, response));
  // Nothing ends but by the script; and what of Node ends idle connections does so a second late.
  http.keepAliveTimeout = 0;

  // In front of HTTP, so that a reset can reach the TCP connection under TLS, and every connection counts.
  const front = createServer({ noDelay: true }, (tcp) => {
    const stream = secureContext ? new TLSSocket(tcp, { isServer: true, secureContext }) : tcp;
    const connection = new Connection(++total, tcp, keepAliveTimeout);
    connections.set(stream, connection);
    open.add(connection);
    tcp.once('close', () => open.delete(connection));
    http.emit('connection', stream);
  });

  async function stop(): Promise<void> {
    // Not `once` of node:events, which rejects where a client happens to reset its connection just now.
    const sockets = Array.from(open, ({ tcp }) => tcp);
    const ended = [front, ...sockets].map((handle) => new Promise((done) => handle.once('close', done)));
    front.close();
    for (const tcp of sockets) tcp.destroy();
    await Promise.all(ended);
    // Whoever has closed says so before the end of this turn of the event loop, at which the system really closes it.
    await nextTurn();
    await nextTurn();
    if (errors.length > 0) throw errors[0];
  }

  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const close = (): Promise<void> => (closing ??= stop());
  return {
    url: `${secureContext ? 'https' : 'http'}://127.0.0.1:${(front.address() as AddressInfo).port}`,
    requests,
    connections: {
      get total() {
        return total;
      },
      get open() {
        return open.size;
      },
    },
    closeIdleConnections() {
      for (const connection of open) connection.closeIdle();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
