import { retry } from '@stamina/core';

class Unavailable extends Error {}

let failures = 1;

// #region shown
const getUser = retry({ on: Unavailable })(async function getUser(id: string) {
  if (failures-- > 0) throw new Unavailable('try later');
  return { id, name: 'Ada' };
});

const user = await getUser('7');
// #endregion shown
console.log(user.name);
