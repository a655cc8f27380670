import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { addRetryHook, type GiveUpReason, type RetryListener } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { pino } from 'pino';
import { Registry } from 'prom-client';

/** Events, as each listener counted them. */
export interface Tally {
  retries: number;
  recoveries: number;
  readonly giveUps: Record<GiveUpReason, number>;
  /** Retries that the diagnostics channel published. */
  published: number;
  /** Retries that prom-client counted. */
  counted: number;
  /** Lines that pino wrote. */
  logged: number;
}

/** Counts all events of this process until `stop`, with every kind of listener. */
export function startTally(): { tally: Tally; stop: () => Promise<void> } {
  const tally: Tally = {
    retries: 0,
    recoveries: 0,
    giveUps: { aborted: 0, unmatched: 0, stopped: 0, attempts: 0, deadline: 0, timeout: 0, budget: 0 },
    published: 0,
    counted: 0,
    logged: 0,
  };
  const counting: RetryListener = {
    onRetry: () => void tally.retries++,
    onGiveUp: ({ reason }) => void tally.giveUps[reason]++,
    onRecover: () => void tally.recoveries++,
  };
  const registry = new Registry();
  const logger = pino({ level: 'debug' }, { write: () => void tally.logged++ });
  const added = [counting, prometheusHook({ registry }), pinoHook(logger)].map(addRetryHook);
  const hear = (): void => void tally.published++;
  subscribe('stamina:retry', hear);
  const stop = async (): Promise<void> => {
    unsubscribe('stamina:retry', hear);
    for (const hook of added) hook.dispose();
    const { values } = await getRetryCounter(registry).get();
    tally.counted = values.reduce((sum, { value }) => sum + value, 0);
  };
  return { tally, stop };
}
