import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer([{ hang: true }, { body: 'hello' }]);
const { url } = server;

// #region shown
const fetch = retryingFetch({
  // An attempt whose headers take longer is aborted, and retried.
  attemptTimeout: { seconds: 0.2 },
  // No attempt begins later.
  timeout: { seconds: 10 },
});

// Your own signal ends everything.
const response = await fetch(url, { signal: AbortSignal.timeout(15_000) });
// #endregion shown
console.log(await response.text(), `after ${server.requests.length} requests`);
await server.close();
