import { retry } from '@stamina/core';

class Unavailable extends Error {}

async function loadUser(_signal: AbortSignal): Promise<string> {
  throw new Unavailable('down');
}

const policy = retry({ on: Unavailable });

// #region shown
const controller = new AbortController();
setTimeout(() => controller.abort(new Error('the user left')), 50);

try {
  await policy.run((attempt) => loadUser(attempt.signal), {
    signal: controller.signal,
  });
} catch (error) {
  console.log(String(error));
}
// #endregion shown
