import { retry } from '@stamina/core';

class SerializationFailure extends Error {}

/** A database that says, as PostgreSQL does, that after an error a transaction is over. */
function database(): {
  transaction(
    body: (query: (sql: string) => Promise<string>) => Promise<void>,
  ): Promise<void>;
} {
  let failures = 1;
  return {
    async transaction(body) {
      let aborted = false;
      await body(async (sql) => {
        if (aborted) throw new Error('current transaction is aborted');
        if (failures-- > 0) {
          aborted = true;
          throw new SerializationFailure('could not serialize access');
        }
        return sql;
      });
    },
  };
}

const policy = retry({ on: SerializationFailure, waitMax: 0 });

let db = database();
// #region dont
const statement = db.transaction(async (query) => {
  await policy.run(() => query('update accounts …'));
});
// #endregion dont
await statement.catch((error: unknown) => console.log(`don't: ${error}`));

db = database();
// #region do
const whole = policy.run(() =>
  db.transaction(async (query) => {
    await query('update accounts …');
  }),
);
// #endregion do
await whole;
console.log('do: committed');
