// #region shown
import { setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';

// A new logger, and the registry that prom-client shares.
setRetryHooks([pinoHook(), prometheusHook()]);
// #endregion shown
