import { retry } from '@stamina/core';

class ConnectionError extends Error {}

/** A bank that books, and whose first answer is lost. */
function bank(): {
  pay(amount: number, key?: string): Promise<void>;
  readonly booked: number;
} {
  const seen = new Set<string>();
  let booked = 0;
  let lost = false;
  return {
    async pay(amount, key) {
      if (key === undefined || !seen.has(key)) booked += amount;
      if (key !== undefined) seen.add(key);
      if (lost) return;
      lost = true;
      throw new ConnectionError('the answer was lost');
    },
    get booked() {
      return booked;
    },
  };
}

const policy = retry({ on: ConnectionError, waitMax: 0 });
const careless = bank();
const careful = bank();

// #region dont
await policy.run(() => careless.pay(100));
// #endregion dont
console.log(`don't: ${careless.booked} were booked`);

// #region do
// Outside: one key for all attempts.
const key = crypto.randomUUID();
await policy.run(() => careful.pay(100, key));
// #endregion do
console.log(`do: ${careful.booked} were booked`);
