/* Compiles with a type library that has disposables and Temporal. */
import { addRetryHook, type Disposer, retry, setActive, setTesting } from '@stamina/core';
import { retryContextSync } from '@stamina/core/sync';
import { exactly } from './exactly.js';

export function scoped(): void {
  using _hook = addRetryHook(() => {});
  using _active = setActive(false);
  using stack = new DisposableStack();
  stack.use(setTesting(true));
  exactly<Disposable>()(stack as Disposable);
}
export const disposable: Disposable = setActive(true);
export const removal: Disposer = setActive(true);
removal[Symbol.dispose]();
addRetryHook(() => ({ [Symbol.dispose]() {} }));
addRetryHook((): Disposable => new DisposableStack());
addRetryHook(({ retryNum }) => (retryNum > 1 ? new DisposableStack() : undefined));

declare const pause: Temporal.Duration;
retry({
  on: () => pause,
  timeout: pause,
  waitInitial: pause,
  waitMax: pause,
  waitJitter: pause,
  attemptTimeout: pause,
});
retryContextSync({ on: Error, timeout: pause });
