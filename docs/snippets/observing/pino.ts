// #region shown
import { setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import pino from 'pino';

// Without time, process and stacks, to have shorter lines here.
const logger = pino({
  base: null,
  timestamp: false,
  redact: { paths: ['err.stack'], remove: true },
});

setRetryHooks([pinoHook(logger)]);
// #endregion shown

const { retry } = await import('@stamina/core');

class Unavailable extends Error {}

let failures = 1;
const policy = retry({
  on: Unavailable,
  attempts: 2,
  waitInitial: 10,
  waitJitter: 10,
  name: 'loadUser',
});
const load = (): string => {
  if (failures-- > 0) throw new Unavailable('try later');
  return 'Ada';
};
await policy.run(load);
failures = 5;
await policy.run(load).catch(() => {});
