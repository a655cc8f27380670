import { retry } from '@stamina/core';

class Unavailable extends Error {}

let failures = 1;

// #region shown
class Users {
  @retry({ on: Unavailable })
  async get(id: string) {
    if (failures-- > 0) throw new Unavailable('try later');
    return { id, name: 'Ada' };
  }
}

const user = await new Users().get('7');
// #endregion shown
console.log(user.name);
