import { flakyServer } from '@stamina/testing';

const server = await flakyServer([
  { reset: true },
  { status: 503 },
  { body: '[{"name":"Ada"}]' },
]);
const { url } = server;

// #region shown
import { fetch } from '@stamina/fetch';

const response = await fetch(`${url}/users`);
if (!response.ok) throw new Error(`status ${response.status}`);
const users = await response.json();
// #endregion shown

console.log(users, `after ${server.requests.length} requests`);
await server.close();
