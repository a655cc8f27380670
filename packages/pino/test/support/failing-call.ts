import { type RetryListener, retry, setRetryHooks } from '@stamina/core';

export class HttpError extends Error {
  readonly status = 503;
}

/**
 * Makes a call with `hook` as the only hook. Its first `failures` attempts fail. It gives up after three attempts, and
 * never waits.
 */
export async function callFailing(hook: RetryListener, failures: number, ...args: unknown[]): Promise<void> {
  let attempts = 0;
  const getUser = retry({ on: HttpError, attempts: 3, waitMax: 0 })(function getUser(..._args: unknown[]): string {
    if (++attempts <= failures) throw new HttpError('503 Service Unavailable');
    return 'Ada';
  });
  setRetryHooks([hook]);
  await getUser(...args).catch(() => undefined);
  setRetryHooks([]);
}
