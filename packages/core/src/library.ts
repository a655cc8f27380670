/*
 * The entry for authors of libraries whose calls should be retried, and for authors of testing tools. `@stamina/fetch`
 * and `@stamina/testing` are built on it. At run time, it and the main entry are one file, as `core.ts` explains.
 */
export type { Attempt } from './call/attempt.ts';
export type { RetryBudget } from './decision/budget.ts';
export { type RetryAnswer, type RetryPredicate, toPredicate } from './decision/predicate.ts';
export type { BeginOptions } from './policy/call-options.ts';
export type { RetryOptions } from './policy/options.ts';
export {
  currentScope,
  isWithinScope,
  runInScope,
  type Scope,
  type ScopeStorage,
  saveSettings,
} from './process/scopes.ts';
export {
  type BegunCall,
  type LibraryOptions,
  type LibraryPolicy,
  libraryPolicy,
  type RetryableCall,
} from './surfaces/library.ts';
