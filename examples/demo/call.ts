import { AsyncLocalStorage } from 'node:async_hooks';

/** A call of a client. */
export interface Call {
  readonly path: string;
  /** Whether hooks were told of it. */
  told: boolean;
}

const storage = new AsyncLocalStorage<Call>();

/** Calls, so that all that happens meanwhile, hooks included, knows the call: an error does not. */
export function within<T>(call: Call, fn: () => Promise<T>): Promise<T> {
  return storage.run(call, fn);
}

/** The call that the code which asks is part of. */
export function currentCall(): Call {
  const call = storage.getStore();
  if (call === undefined) throw new Error('no call is under way');
  return call;
}
