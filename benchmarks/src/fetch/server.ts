// Run in a process of its own, so that it does not share the clients' event loop. Tells its port by a message.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ANSWER = 'x'.repeat(100);
const ERRORS: Record<string, string> = { short: 'x'.repeat(200), long: 'x'.repeat(65_536) };

/** Requests that were answered 503, and whose next one succeeds. */
const failed = new Set<string>();
let open = 0;
let most = 0;

const server = createServer(({ url = '/' }, response) => {
  const error = ERRORS[url.split('/')[1] as string];
  if (url === '/connections') {
    response.end(String(most));
    most = open;
  } else if (error === undefined || failed.delete(url)) {
    response.end(ANSWER);
  } else {
    failed.add(url);
    response.statusCode = 503;
    response.end(error);
  }
});
server.keepAliveTimeout = 60_000;
server.on('connection', (socket) => {
  most = Math.max(most, ++open);
  socket.once('close', () => open--);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
