// This code must not compile. Each error is expected on a line of its own.
import { isThrottled } from '@stamina/transient/llm';
import { isTransient } from '@stamina/transient/pg';

// @ts-expect-error A predicate needs an error.
isTransient();
// @ts-expect-error The answer may be `{ atLeast }`.
export const answer: boolean = isThrottled(new Error('message'));
// @ts-expect-error Each client has a module of its own.
export type All = typeof import('@stamina/transient');
