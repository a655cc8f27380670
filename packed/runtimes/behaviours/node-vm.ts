// Where there is no `node:vm`, there is no other realm to be had.
export function runInNewContext(): never {
  throw Object.assign(new Error('there is no other realm'), { name: 'NotHere' });
}
