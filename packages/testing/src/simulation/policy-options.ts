import type { RetryOptions } from '@stamina/core';
import { invalid } from '@stamina/validation';

/**
 * Returns the options of a policy. `policy` is either the options themselves, or a policy that `retry` or a similar
 * function made of them.
 */
export function policyOptions(policy: unknown): RetryOptions {
  const { options } = Object(policy) as { readonly options?: RetryOptions };
  if (options !== undefined) return options;
  if (typeof policy === 'object' && policy !== null && !Array.isArray(policy)) return policy as RetryOptions;
  throw invalid(
    'policy',
    'retry options, or a policy from retry() or retryContext()',
    policy,
    'a wrapped function does not show its policy, so keep the policy in a constant',
  );
}
