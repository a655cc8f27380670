export type { Attempt } from './call/attempt.ts';
export type { RetryOptions } from './policy/options.ts';
export { type RetryBlockSync, retryContextSync } from './surfaces/block-sync.ts';
export type { BlockAttempt } from './surfaces/iteration.ts';
export { type RetrySync, type RunSyncOptions, retrySync } from './surfaces/retry-sync.ts';
