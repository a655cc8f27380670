// A process of its own, so that the server does not share the client's event loop. Listens on two ports, one for each side, so
// that the sides share no connection. Sends the ports, and answers any message with the most connections of each.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ANSWER = 'x'.repeat(100);
const ERRORS: Record<string, string> = { short: 'x'.repeat(200), long: 'x'.repeat(65_536) };

async function listen() {
  /** Requests that were answered 503, and whose next attempt succeeds. */
  const failed = new Set<string>();
  const connections = { open: 0, most: 0 };
  const server = createServer(({ url = '/' }, response) => {
    const error = ERRORS[url.split('/')[1] as string];
    if (error === undefined || failed.delete(url)) {
      response.end(ANSWER);
      return;
    }
    failed.add(url);
    response.statusCode = 503;
    response.end(error);
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    connections.most = Math.max(connections.most, ++connections.open);
    socket.once('close', () => connections.open--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { connections, port: (server.address() as AddressInfo).port };
}

const sides = [await listen(), await listen()];
process.send?.(sides.map(({ port }) => port));
process.on('message', () => process.send?.(sides.map(({ connections }) => connections.most)));
