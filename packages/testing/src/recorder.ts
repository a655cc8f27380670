import { addRetryHook, type Disposer, type GiveUpDetails, type RecoverDetails, type RetryDetails } from '@stamina/core';
import { currentScope, isWithin } from './scope.ts';

/** What was told of retries since it began, oldest first. The lists are live. With `using` it ends with its block. */
export type RetryRecorder = Disposer & {
  /** Each retry that was scheduled. */
  readonly retries: readonly RetryDetails[];
  /** Each call that gave up on an error that it had been told to retry. */
  readonly giveUps: readonly GiveUpDetails[];
  /** Each call that succeeded after a retry. */
  readonly recoveries: readonly RecoverDetails[];
};

/**
 * Record retries, give-ups and recoveries, until it is disposed of or, with a set-up module, until the test ends.
 *
 * It hears all calls of the process, those of tests that run at the same time included; but begun within `withTesting`,
 * it hears the calls of that callback alone.
 *
 * @example
 * using recorder = recordRetries();
 * await loadUser(1);
 * recorder.retries.length; // 2
 */
export function recordRetries(): RetryRecorder {
  const scope = currentScope();
  function listOf<Details>(): { readonly list: Details[]; readonly note: (details: Details) => void } {
    const list: Details[] = [];
    return {
      list,
      note(details) {
        if (!scope || isWithin(scope)) list.push(details);
      },
    };
  }
  const retries = listOf<RetryDetails>();
  const giveUps = listOf<GiveUpDetails>();
  const recoveries = listOf<RecoverDetails>();
  const hook = addRetryHook({ onRetry: retries.note, onGiveUp: giveUps.note, onRecover: recoveries.note });
  return { ...hook, retries: retries.list, giveUps: giveUps.list, recoveries: recoveries.list };
}
