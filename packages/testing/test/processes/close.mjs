// Closes a server with everything pending. Nothing else ends this process.
import { request } from 'node:http';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer([
  { delay: 600_000 },
  { hang: true },
  { drip: 600_000 },
  { endless: true },
  { truncate: 1, hang: true },
  {},
]);
for (let i = 0; i < 6; i++) {
  const client = request(server.url, { method: 'POST', agent: false }).on('error', () => {});
  client.on('response', (response) => response.on('error', () => {}).resume());
  // The last one never ends its body.
  if (i < 5) client.end('cargo');
  else client.write('cargo');
  while (server.requests.length <= i) await new Promise((resolve) => setImmediate(resolve));
}
await new Promise((resolve) => setTimeout(resolve, 20));
await server.close();
process.stdout.write(`closed with ${server.requests.length} requests pending\n`);
