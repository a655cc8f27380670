import { retry } from '@stamina/core';

class ConnectionError extends Error {}

let calls = 0;

function load(): string {
  calls++;
  const users: Record<string, { name: string }> = {};
  return (users['7'] as { name: string }).name; // A bug: a TypeError.
}

// #region dont
const everything = retry({ on: Error, waitMax: 0 });
// #endregion dont
await everything
  .run(load)
  .catch((error: unknown) =>
    console.log(`don't: ${calls} calls, ${(error as Error).name}`),
  );

calls = 0;
// #region do
const transient = retry({ on: ConnectionError, waitMax: 0 });
// #endregion do
await transient
  .run(load)
  .catch((error: unknown) =>
    console.log(`do: ${calls} call, ${(error as Error).name}`),
  );
