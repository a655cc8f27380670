export type { Attempt } from './attempt.ts';
export { type RetryBudget, type RetryBudgetOptions, retryBudget } from './budget.ts';
export type { RetryCall } from './call.ts';
export { type BlockAttempt, type RetryBlock, retryContext } from './context.ts';
export type {
  GiveUpDetails,
  GiveUpReason,
  OnGiveUp,
  OnRecover,
  OnRetry,
  RecoverDetails,
  RetryDetails,
  RetryHook,
  RetryListener,
} from './details.ts';
export type { DisposableLike, Disposer } from './disposable.ts';
export type { Duration, DurationObject, TemporalDurationLike } from './duration.ts';
export { addRetryHook, getRetryHooks, setRetryHooks } from './hooks.ts';
export type { BackoffAnswer, BackoffHook, ErrorClass, WaitFloor } from './match.ts';
export type { RetryOptions, RunOptions } from './options.ts';
export { type Retried, type Retry, retry } from './retry.ts';
export { isActive, isTesting, setActive, setTesting } from './state.ts';
