import type { RetryOptions } from '@stamina/core';
import { retrySimulation, type SimulatedFailure } from '@stamina/core/simulation';
import type { Scenario } from './scenario.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Calls with more attempts than that are taken to last as long as `timeout` lets them. */
const MOST_ATTEMPTS = 100_000;

/** What no call of a scenario exceeds, in ms, whatever chance brings. */
export function worstCaseOf(options: RetryOptions, { failures, attemptTime, failure }: Scenario): number {
  const { attempts, timeout, attemptTimeout } = simulationOf(options, 0);
  // Unless it is told, how long an attempt takes may be anything that `attemptTimeout` allows.
  const [shortest, longest] =
    attemptTime !== undefined
      ? [Math.min(attemptTime, attemptTimeout), Math.min(attemptTime, attemptTimeout)]
      : [0, attemptTimeout === NEVER ? 0 : attemptTimeout];
  const mayFail = shortest < attemptTimeout;
  const mayTimeOut = longest === attemptTimeout;
  const fates: ((num: number) => SimulatedFailure)[] = [];
  if (mayFail) fates.push(failure);
  if (mayTimeOut) fates.push(() => ({ timedOut: true }));
  const mostFailures = mayFail ? failures : NEVER;

  // The waits alone: how many of them there can be is found out here.
  const unlimited = { ...options, attempts: MOST_ATTEMPTS + 1, timeout: NEVER, budget: undefined };
  const waitsBy = (random: number): ((num: number) => number[]) => {
    const policy = simulationOf(unlimited, random);
    const calls = fates.map((fate) => ({ fate, call: policy.begin() }));
    return (num) =>
      calls.map(({ fate, call }) => call.fail(fate(num))).filter((decision) => typeof decision === 'number');
  };
  const shortWaits = waitsBy(0);
  const longWaits = waitsBy(1);

  // When the attempt begins, at the earliest and at the latest.
  let earliest = 0;
  let latest = 0;
  for (let num = 1; num <= MOST_ATTEMPTS; num++) {
    const end = latest + longest;
    if (num > mostFailures || num >= attempts) return end;
    const waits = longWaits(num);
    earliest += shortest + Math.min(...shortWaits(num));
    if (waits.length === 0 || earliest > timeout) return end;
    latest = Math.min(timeout, end + Math.max(...waits));
  }
  return timeout + longest;
}

function simulationOf(options: RetryOptions, random: number): ReturnType<typeof retrySimulation> {
  return retrySimulation(options, { now: () => 0, random: () => random });
}
