export type { Attempt } from './attempt.ts';
export { type RetryBudget, type RetryBudgetOptions, retryBudget } from './budget.ts';
export { type BlockAttempt, retryContext } from './context.ts';
export type { DisposableLike, Disposer } from './disposable.ts';
export type { Duration, DurationObject, TemporalDurationLike } from './duration.ts';
export {
  addRetryHook,
  type GiveUpDetails,
  type GiveUpReason,
  getRetryHooks,
  type OnGiveUp,
  type OnRecover,
  type OnRetry,
  type RecoverDetails,
  type RetryDetails,
  type RetryHook,
  type RetryListener,
  setRetryHooks,
} from './hooks.ts';
export type { BackoffAnswer, BackoffHook, ErrorClass } from './match.ts';
export type { RetryOptions } from './options.ts';
export { type Retried, type Retry, type RunOptions, retry } from './retry.ts';
export { isActive, isTesting, setActive, setTesting } from './state.ts';
