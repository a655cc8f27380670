import { addRetryHook, type Disposer, type GiveUpDetails, type RecoverDetails, type RetryDetails } from '@stamina/core';
import { currentScope, isWithinScope } from '@stamina/core/library';

/**
 * The events that a recorder has seen, oldest first. The lists grow until the recorder is disposed, by `dispose()` or
 * by a `using` declaration.
 */
export type RetryRecorder = Disposer & {
  /** The details of each retry that was scheduled. */
  readonly retries: readonly RetryDetails[];
  /** The details of each call that gave up after `on` had matched its last error or an earlier one. */
  readonly giveUps: readonly GiveUpDetails[];
  /** The details of each call that succeeded after a retry. */
  readonly recoveries: readonly RecoverDetails[];
};

/**
 * Records retries, give-ups and recoveries until the recorder is disposed. A set-up module disposes it when the test
 * ends.
 *
 * The recorder sees all calls of the process, including those of tests that run at the same time. A recorder that
 * starts inside `withTesting` or `withoutRetries` sees only the calls of that callback.
 *
 * @example
 * using recorder = recordRetries();
 * await loadUser(1);
 * recorder.retries.length; // 2
 */
export function recordRetries(): RetryRecorder {
  const scope = currentScope();
  const retries: RetryDetails[] = [];
  const giveUps: GiveUpDetails[] = [];
  const recoveries: RecoverDetails[] = [];
  /** Returns a hook that adds details to `list` if their call belongs to the scope. */
  function addTo<Details>(list: Details[]): (details: Details) => void {
    return (details) => {
      if (!scope || isWithinScope(scope)) list.push(details);
    };
  }
  const hook = addRetryHook({ onRetry: addTo(retries), onGiveUp: addTo(giveUps), onRecover: addTo(recoveries) });
  return { ...hook, retries, giveUps, recoveries };
}
