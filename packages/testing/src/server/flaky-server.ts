import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { resolveScript } from '../script/script.ts';
import type { FlakyRequest, FlakyScript } from '../script/step.ts';
import { Connection } from './connection.ts';
import { type AnyResponse, performStep } from './perform-step.ts';
import { nextTurn } from './real-time.ts';
import { receiveBody, recordRequest, streamOf } from './receive-request.ts';
import { type FlakyServerOptions, resolveFlakyServerOptions } from './server-options.ts';

/** `Symbol.asyncDispose`, if the user's type library has it (`lib: ESNext.Disposable`, `@types/node`). */
type AsyncDisposeKey = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol } ? Key : never;

/** A running flaky server. An `await using` declaration closes it at the end of its block. */
export type FlakyServer = {
  /** The address of the server, without a slash at the end: `'http://127.0.0.1:49152'`. */
  readonly url: string;
  /** The certificate in PEM form, for clients to trust. `undefined` without TLS. */
  readonly certificate: string | undefined;
  /**
   * The requests received so far, oldest first. A request is added as soon as its headers have arrived. You may empty
   * the list; `num` continues to count.
   */
  readonly requests: FlakyRequest[];
  /** The numbers of TCP connections that clients made to the server. */
  readonly connections: {
    /**
     * The number of all connections so far. It includes connections without a request, such as one whose client refused
     * the certificate.
     */
    readonly total: number;
    /**
     * The number of open connections. If a client closes one, the server notices a moment later. Node's `fetch` makes a
     * new connection after it has aborted a request, and may keep that one open.
     */
    readonly open: number;
  };
  /**
   * Closes the connections that carry no request, as a server does when it restarts. If a client sends a request before
   * it notices, that request fails.
   */
  closeIdleConnections(): void;
  /**
   * Stops the server at once. Drops all connections, ends delays and drips, and leaves no handle open. May be called
   * more than once. If the script function failed before, rejects with its first error.
   */
  close(): Promise<void>;
} & { readonly [Key in AsyncDisposeKey]: () => Promise<void> };

/**
 * Starts a real HTTP server on 127.0.0.1, on a free port, that fails as the script says.
 *
 * Fake timers do not affect its delays. The server keeps the process alive until it is closed.
 *
 * @param script A step for all requests, an array with a step for each request (the last one repeats), or a function.
 *   The function is called with each request once the request has arrived, and returns a step or a promise of one.
 *   Steps are `{ status, headers, body }`, `{ drip: ms }`, `{ endless: true }`, `{ truncate: bytes }`,
 *   `{ raw: bytes }`, `{ reset: true }`, `{ close: true }` and `{ hang: true }`, and in HTTP/2 `{ resetStream: code }`
 *   and `{ goAway: code, lastStreamId }`. Each may have a `delay` in milliseconds, and a number of bytes to `read`
 *   first. If the function fails or returns no step, the server answers 500 with the text of the error, and `close()`
 *   rejects with the error.
 * @param options `{ tls: true }` for HTTPS, `{ http2: true }` for HTTP/2, and `{ keepAliveTimeout: ms }` to close idle
 *   connections, which otherwise stay open.
 * @returns The server, once it is listening.
 * @throws TypeError (as a rejection) if a step or an option has the wrong type, an unknown key, or keys that contradict
 *   each other, or if the certificate cannot be used.
 * @throws RangeError (as a rejection) if the script is empty or a number is out of range.
 * @example
 * await using server = await flakyServer([{ status: 503 }, { reset: true }, { body: 'hello' }]);
 * const text = await retry({ on: Error }).run(() => load(server.url));
 * server.requests.length; // 3
 */
export async function flakyServer(script: FlakyScript, options: FlakyServerOptions = {}): Promise<FlakyServer> {
  const { tls, http2, keepAliveTimeout } = resolveFlakyServerOptions(options);
  const planFor = resolveScript(script, http2 !== undefined);
  const requests: FlakyRequest[] = [];
  const errors: unknown[] = [];
  const open = new Set<Connection>();
  /** The connections by the socket that HTTP reads from, or by the session of HTTP/2. */
  const connections = new WeakMap<object, Connection>();
  let received = 0;
  let total = 0;
  let closing: Promise<void> | undefined;

  async function serve(message: IncomingMessage | Http2ServerRequest, response: AnyResponse): Promise<void> {
    const connection = connections.get(streamOf(message)?.session ?? message.socket) as Connection;
    const reused = connection.beginRequest(message, response);
    const request = recordRequest(message, ++received, connection.num, reused);
    requests.push(request);
    const plan = planFor(request.num);
    if (!(await receiveBody(message, request, plan.readBytes))) return;
    try {
      await performStep(await plan.stepFor(request), response, connection);
    } catch (error) {
      errors.push(error);
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`The script of this flaky server failed: ${inspect(error)}`);
    }
  }

  const http = createHttpServer((message, response) => void serve(message, response));
  // `Connection` closes idle connections itself, because Node's own timeout would be a second late.
  http.keepAliveTimeout = 0;

  const http2Server = createHttp2Server(
    { settings: http2 ?? {} },
    (message, response) => void serve(message, response),
  );
  const ALPNProtocols = http2 ? ['h2', 'http/1.1'] : [];

  function startHttp2(connection: Connection): void {
    http2Server.once('session', (session) => connections.set(session, connection));
    http2Server.emit('connection', connection.streamForHttp2());
  }

  // A TCP server in front of the HTTP server lets a reset reach the TCP connection under TLS, and counts every
  // connection.
  const front = createServer({ noDelay: true }, (tcp) => {
    const tlsSocket = tls && new TLSSocket(tcp, { isServer: true, secureContext: tls.context, ALPNProtocols });
    const connection = new Connection(++total, tcp, tlsSocket ?? tcp, keepAliveTimeout);
    const startHttp1 = (): unknown => http.emit('connection', connection.socket);
    connections.set(connection.socket, connection);
    open.add(connection);
    tcp.once('close', () => open.delete(connection));
    if (!tlsSocket || !http2) startHttp1();
    else {
      // The handshake decides which HTTP the client speaks. It may fail, or the client may leave.
      tlsSocket.on('error', () => {});
      tlsSocket.once('secure', () => (tlsSocket.alpnProtocol === 'h2' ? startHttp2(connection) : startHttp1()));
    }
  });

  async function stop(): Promise<void> {
    // `once` of node:events would reject if a client resets its connection at this moment.
    const sockets = Array.from(open, ({ tcp }) => tcp);
    const ended = [front, ...sockets].map((handle) => new Promise((done) => handle.once('close', done)));
    front.close();
    for (const tcp of sockets) tcp.destroy();
    await Promise.all(ended);
    // A handle emits `close` a little before the system has really closed it, within the same turn.
    await nextTurn();
    await nextTurn();
    if (errors.length > 0) throw errors[0];
  }

  // By default, Node queues 511 new connections. That is too few for load tests, because further ones wait for seconds.
  front.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(front, 'listening');
  const close = (): Promise<void> => (closing ??= stop());
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(front.address() as AddressInfo).port}`,
    certificate: tls?.cert,
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
      for (const connection of open) connection.closeIfIdle();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
