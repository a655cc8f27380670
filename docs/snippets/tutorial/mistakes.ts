import { retry } from '@stamina/core';

class Unavailable extends Error {}

const refused = (make: () => unknown): void => {
  try {
    make();
  } catch (error) {
    console.log(String(error));
  }
};

// #region shown
refused(() => retry({ on: Unavailable, timeout: 0 }));
// @ts-expect-error: there is no such option.
refused(() => retry({ on: Unavailable, attempst: 3 }));
// @ts-expect-error: a string is no duration.
refused(() => retry({ on: Unavailable, waitMax: '5s' }));
// #endregion shown
