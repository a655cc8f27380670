import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer([{ hang: true }, { body: 'hello' }]);
const { url } = server;

// #region shown
const fetch = retryingFetch({
  attemptTimeout: { seconds: 0.2 }, // An attempt whose headers take longer is aborted, and retried.
  timeout: { seconds: 10 }, // No attempt begins later.
});

const response = await fetch(url, { signal: AbortSignal.timeout(15_000) }); // Ends everything.
// #endregion shown
console.log(await response.text(), `after ${server.requests.length} requests`);
await server.close();
