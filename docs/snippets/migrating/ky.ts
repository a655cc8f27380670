import { flakyServer } from '@stamina/testing';

const server = await flakyServer(({ num }) =>
  num % 3 === 0 ? { body: 'Ada' } : { status: 503 },
);
const { url } = server;

// #region before
import ky from 'ky';

const before = await ky
  .get(url, { retry: { limit: 3, delay: () => 10 } })
  .text();

// #endregion before

// #region after
import { retryingFetch } from '@stamina/fetch';

const fetch = retryingFetch({ attempts: 4, waitInitial: 10, waitJitter: 10 });

const response = await fetch(url);
// ky throws this by itself.
if (!response.ok) throw new Error(`status ${response.status}`);
const after = await response.text();
// #endregion after

// #region together
// ky's interface, with these retries.
const client = ky.create({ retry: 0, fetch });

const together = await client.get(url).text();
// #endregion together

console.log(
  `ky: ${before}, stamina: ${after}, together: ${together}, ${server.requests.length} requests`,
);
await server.close();
