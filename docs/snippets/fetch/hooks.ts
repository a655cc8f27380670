import { HttpStatusError, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

const server = await flakyServer([{ status: 503 }, {}]);
const { url } = server;

// #region shown
const fetch = retryingFetch({
  onRetry: ({ name, retryNum, causedBy }) => {
    const cause =
      causedBy instanceof HttpStatusError
        ? `status ${causedBy.status}`
        : String(causedBy);
    console.log(`${name}: retry ${retryNum} after ${cause}`);
  },
});
// #endregion shown
await fetch(url);
await server.close();
