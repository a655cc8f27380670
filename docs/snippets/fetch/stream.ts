import { fetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer([{ status: 503 }, {}]);
const { url } = server;
const file = new Blob(['a long file']);

// #region shown
await fetch(`${url}/backup`, { method: 'PUT', body: () => file.stream() });
// #endregion shown
console.log(server.requests.map(({ body }) => body));
await server.close();
