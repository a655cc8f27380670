import { retry } from '@stamina/core';

// #region shown
import '@stamina/pino/register';
import '@stamina/prometheus/register';

// #endregion shown

console.log(typeof retry);
