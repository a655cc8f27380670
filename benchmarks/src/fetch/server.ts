// A process of its own, so that it does not share the client's event loop. Listens on two ports, one for each side, so that
// no connection of one is another's; tells them by a message, and answers any message with what came to each.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came to one port. */
export interface Connections {
  readonly total: number;
  readonly most: number;
}

const ANSWER = 'x'.repeat(100);
const ERRORS: Record<string, string> = { short: 'x'.repeat(200), long: 'x'.repeat(65_536) };

const sides = [side(), side()];
process.send?.(await Promise.all(sides.map(({ listening }) => listening)));
process.on('message', () => process.send?.(sides.map(({ connections }) => connections)));

function side() {
  /** Requests that were answered 503, and whose next one succeeds. */
  const failed = new Set<string>();
  const connections = { total: 0, most: 0 };
  let open = 0;
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
    connections.total++;
    connections.most = Math.max(connections.most, ++open);
    socket.once('close', () => open--);
  });
  const listening = new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return { connections, listening };
}
