import {
  type Counter,
  type Histogram,
  type MeterProvider,
  metrics,
  type ObservableResult,
  type UpDownCounter,
} from '@opentelemetry/api';
import type { Disposer, RetryBudget } from '@stamina/core';
import { CALL_SECONDS, RETRIES_PER_CALL, WAIT_SECONDS } from '@stamina/labels';
import { checkString, checkThat, hasMethods } from '@stamina/validation';
import packageJson from '../package.json' with { type: 'json' };

/** The name and the version of the meter and the logger. */
export const SCOPE: readonly [name: string, version: string] = [packageJson.name, packageJson.version];

/** The instruments of one provider. */
export interface Instruments {
  readonly retries: Counter;
  readonly callRetries: Histogram;
  readonly callDuration: Histogram;
  readonly waits: Histogram;
  readonly waiting: UpDownCounter;
}

const known = new WeakMap<MeterProvider, Instruments>();

/**
 * Returns the instruments of a provider. By default, this is the current global provider. Before the SDK is started,
 * the global provider does nothing, and instruments that it made would do nothing forever. So each event calls this.
 */
export function instrumentsOf(provider: MeterProvider = metrics.getMeterProvider()): Instruments {
  let instruments = known.get(provider);
  if (!instruments) {
    instruments = createInstruments(provider);
    known.set(provider, instruments);
  }
  return instruments;
}

function createInstruments(provider: MeterProvider): Instruments {
  const meter = provider.getMeter(...SCOPE);
  const histogram = (name: string, unit: string, description: string, bounds: readonly number[]): Histogram =>
    meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...bounds] } });
  meter
    .createObservableGauge('stamina.budget.balance', {
      unit: '{retry}',
      description: 'Retries that a retry budget allows at this moment.',
    })
    .addCallback(observeBalances);
  return {
    retries: meter.createCounter('stamina.retries', { unit: '{retry}', description: 'Retries scheduled.' }),
    callRetries: histogram('stamina.call.retries', '{retry}', 'Retries of each call that ended.', RETRIES_PER_CALL),
    callDuration: histogram('stamina.call.duration', 's', 'Durations of calls, waits included.', CALL_SECONDS),
    waits: histogram('stamina.retry.wait', 's', 'Waits before retries, as scheduled.', WAIT_SECONDS),
    waiting: meter.createUpDownCounter('stamina.retry.waiting', {
      unit: '{call}',
      description: 'Calls that wait for their next attempt.',
    }),
  };
}

/** The observed budgets. Every provider reports all of them, so it does not matter when the SDK is started. */
const observed = new Set<readonly [name: string, budget: RetryBudget]>();

function observeBalances(result: ObservableResult): void {
  for (const [name, budget] of observed) result.observe(budget.balance, { 'stamina.budget.name': name });
}

const checkBudget = checkThat<RetryBudget>(
  (budget) => hasMethods(budget, 'withdraw') && typeof budget.balance === 'number',
  'a retry budget',
  'make one with retryBudget()',
);

/**
 * Reports the balance of a retry budget as `stamina.budget.balance`, whenever metrics are collected.
 *
 * The budget is reported to the global meter provider, and to that of each hook. Start the SDK first. Otherwise the
 * budget is reported from the first retry on.
 *
 * @param name the attribute `stamina.budget.name`
 * @param budget the budget, which stays in memory until it is no longer observed
 * @returns a disposable that ends the observation
 * @throws TypeError if `name` is not a string, or if `budget` is not a retry budget
 * @example
 * const budget = retryBudget();
 * observeBudget('users', budget);
 *
 * const policy = retry({ on: Error, budget });
 */
export function observeBudget(name: string, budget: RetryBudget): Disposer {
  const entry = [checkString('name', name), checkBudget('budget', budget)] as const;
  observed.add(entry);
  instrumentsOf();
  const dispose = (): void => void observed.delete(entry);
  return { dispose, [(Symbol as { dispose?: symbol }).dispose ?? 'dispose']: dispose } as Disposer;
}
