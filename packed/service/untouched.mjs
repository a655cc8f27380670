// This program has no logs and metrics. `--require` or `--import` adds them.
import { retry } from '@stamina/core';
import { register } from 'prom-client';

for (const [name, failures] of [
  ['load', 1],
  ['save', 9],
]) {
  let left = failures;
  const work = () => {
    if (left-- > 0) throw new RangeError('busy');
  };
  await retry({ on: RangeError, waitMax: 0, attempts: 2, name })
    .run(work)
    .catch(() => {});
}
console.log(await register.metrics());
