import { type RetryListener, retry, setRetryHooks } from '@stamina/core';

export class HttpError extends Error {
  readonly status = 503;
}

/** Notifies `hook` of a call whose first attempts fail, as many as `failures` says. It gives up after three, and never waits. */
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
