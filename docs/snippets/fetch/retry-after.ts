import { fetch, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer([
  { status: 429, headers: { 'retry-after': '1' } },
  {},
  { status: 503, headers: { 'retry-after': '3600' } },
]);
const { url } = server;

// #region short
const begun = performance.now();
const soon = await fetch(url); // 429, Retry-After: 1
console.log(
  soon.status,
  'after at least a second:',
  performance.now() - begun >= 1_000,
);
// #endregion short

// #region long
const patient = retryingFetch({ timeout: { seconds: 30 } });
const late = await patient(url); // 503, Retry-After: 3600
console.log(late.status, 'at once, since an hour does not fit into 30 s');
// #endregion long
await server.close();
