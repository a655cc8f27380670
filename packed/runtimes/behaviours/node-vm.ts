// Replaces `node:vm` in runtimes that have no other realms.
export function runInNewContext(): never {
  throw Object.assign(new Error('there is no other realm'), { name: 'NotHere' });
}
