import { retry } from '@stamina/core';

class ConnectionError extends Error {}

let failures = 1;
async function load(): Promise<string> {
  if (failures-- > 0) throw new ConnectionError('down');
  return 'Ada';
}

// #region shown
const policy = retry({ on: ConnectionError });

const loadPatiently = () => policy.run(() => load());
// #endregion shown
console.log(await loadPatiently());
