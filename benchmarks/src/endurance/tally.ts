import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { addRetryHook, type GiveUpReason, type RetryListener } from '@stamina/core';

/** What happened, as hooks and channels were told. */
export interface Tally {
  retries: number;
  recoveries: number;
  readonly giveUps: Record<GiveUpReason, number>;
  /** Told on the diagnostics channel. */
  published: number;
}

/** Counts all that happens in this process, until `stop`. */
export function startTally(): { tally: Tally; stop: () => void } {
  const tally: Tally = {
    retries: 0,
    recoveries: 0,
    giveUps: { aborted: 0, unmatched: 0, attempts: 0, timeout: 0, budget: 0 },
    published: 0,
  };
  const hook: RetryListener = {
    onRetry: () => void tally.retries++,
    onGiveUp: ({ reason }) => void tally.giveUps[reason]++,
    onRecover: () => void tally.recoveries++,
  };
  const hear = (): void => void tally.published++;
  subscribe('stamina:retry', hear);
  const added = addRetryHook(hook);
  const stop = (): void => {
    unsubscribe('stamina:retry', hear);
    added.dispose();
  };
  return { tally, stop };
}
