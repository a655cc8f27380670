// Where there is no `node:async_hooks`, there is no async context to be had.
export class AsyncLocalStorage {
  constructor() {
    throw Object.assign(new Error('there is no async context'), { name: 'NotHere' });
  }
}
