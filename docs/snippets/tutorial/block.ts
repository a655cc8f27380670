import { retryContext } from '@stamina/core';

class Unavailable extends Error {}

let failures = 1;
async function query(): Promise<string[]> {
  if (failures-- > 0) throw new Unavailable('try later');
  return ['Ada', 'Grace'];
}

// #region shown
let rows: string[] = [];
for await (const attempt of retryContext({ on: Unavailable })) {
  try {
    rows = await query();
  } catch (error) {
    attempt.fail(error);
  }
}
// #endregion shown
console.log(rows.join());
