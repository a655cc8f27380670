import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer({
  status: 503,
  body: 'closed for maintenance',
});
const { url } = server;

// #region shown
const fetch = retryingFetch({ attempts: 3, waitInitial: 10, waitJitter: 10 });

const response = await fetch(url);
console.log(response.status, await response.text());
// #endregion shown

console.log(`${server.requests.length} requests`);
await server.close();
