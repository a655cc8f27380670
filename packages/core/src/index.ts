export type { Attempt } from './call/attempt.ts';
export type { RetryBudget, RetryBudgetOptions } from './decision/budget.ts';
export type { GiveUpReason } from './decision/decide.ts';
export type { ErrorClass, RetryAnswer, RetryPredicate, WaitFloor } from './decision/predicate.ts';
export { addRetryHook, getRetryHooks, setRetryHooks } from './events/hooks.ts';
export type {
  AttemptMessage,
  CallDetails,
  GiveUpDetails,
  OnGiveUp,
  OnRecover,
  OnRetry,
  OnSettle,
  RecoverDetails,
  RetryDetails,
  RetryHook,
  RetryListener,
  SettleDetails,
} from './events/payloads.ts';
export type { RunOptions } from './policy/call-options.ts';
export type { RetryOptions } from './policy/options.ts';
export { retryBudget } from './policy/retry-budget.ts';
export type { DisposableLike, Disposer } from './process/disposable.ts';
export { gaveUp } from './process/give-ups.ts';
export { isActive, isTesting, setActive, setTesting } from './process/modes.ts';
export { type RetryBlock, retryContext } from './surfaces/block.ts';
export type { BlockAttempt } from './surfaces/iteration.ts';
export { type Retried, type Retry, retry } from './surfaces/retry.ts';
export type { Duration, DurationObject, TemporalDurationLike } from './time/duration.ts';
