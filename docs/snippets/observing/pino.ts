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

const { call } = await import('./calls.ts');

await call();
