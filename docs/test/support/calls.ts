import { retry } from '@stamina/core';

class Unavailable extends Error {}

let failures = 0;
async function loadUser(): Promise<string> {
  if (failures-- > 0) throw new Unavailable('try later');
  return 'Ada';
}

const policy = retry({
  on: Unavailable,
  attempts: 2,
  waitInitial: 10,
  waitJitter: 10,
});

/** Makes a call that recovers, and one that gives up. */
export async function call(): Promise<void> {
  for (const failing of [1, 2]) {
    failures = failing;
    await policy.run(loadUser).catch(() => {});
  }
}
