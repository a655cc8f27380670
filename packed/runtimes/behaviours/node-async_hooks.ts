// Replaces `node:async_hooks` in runtimes that have no async context.
export class AsyncLocalStorage {
  constructor() {
    throw Object.assign(new Error('there is no async context'), { name: 'NotHere' });
  }
}
