// #region shown
import { subscribe } from 'node:diagnostics_channel';
import type { GiveUpDetails } from '@stamina/core';

subscribe('stamina:give-up', (message) => {
  const { name, reason } = message as GiveUpDetails;
  console.error(`${name} gave up: ${reason}`);
});
// #endregion shown

const { retry } = await import('@stamina/core');

await retry({ on: Error, attempts: 2, waitMax: 0, name: 'loadUser' })
  .run(() => Promise.reject(new Error('down')))
  .catch(() => {});
