import { addRetryHook, retry } from '@stamina/core';

class TooManyRequests extends Error {
  readonly retryAfterMs = 20;
}

const waits = new Set<number>();
addRetryHook(({ waitFor }) => void waits.add(waitFor));

/** Ten clients that are all refused at the same time. */
async function refuseTen(policy: ReturnType<typeof retry>): Promise<number> {
  waits.clear();
  const client = () =>
    policy.run(({ num }) => {
      if (num === 1) throw new TooManyRequests('429');
    });
  await Promise.all(Array.from({ length: 10 }, client));
  return waits.size;
}

// #region dont
const herd = retry({
  on: (error) => error instanceof TooManyRequests && error.retryAfterMs,
});
// #endregion dont
console.log(`don't: ten clients, ${await refuseTen(herd)} wait`);

// #region do
const spread = retry({
  on: (error) =>
    error instanceof TooManyRequests && { atLeast: error.retryAfterMs },
});
// #endregion do
console.log(`do: ten clients, ${await refuseTen(spread)} waits`);
