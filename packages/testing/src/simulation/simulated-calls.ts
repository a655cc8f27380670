import type { GiveUpReason, RetryOptions } from '@stamina/core';
import { type RetrySimulation, retrySimulation, type SimulatedCall } from '@stamina/core/simulation';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type FailureMaker, failWithError, failWithTimeout, type ResolvedSimulateOptions } from './simulate-options.ts';

/** The end of a simulated call: a success, the reason for giving up, or `endless` if nothing ends the call. */
export type SimulatedEnd = 'success' | Exclude<GiveUpReason, 'aborted' | 'stopped'> | 'endless';

/** The results of all simulated calls. Times are in ms. Infinity stands for calls that never end. */
export interface SimulatedCalls {
  readonly attempts: number[];
  readonly totalTimes: number[];
  /** The waits before each retry. Those before the first retry are at index 0. */
  readonly waits: number[][];
  readonly ends: Record<SimulatedEnd, number>;
}

/** The number of attempts after which a call without any limit counts as endless. */
const ENOUGH_ATTEMPTS = 100;
/** The most retries of all calls together. A simulation of more would take longer than a second. */
const MOST_RETRIES = 250_000;

/** Simulates all calls of a scenario in the order of time, because they share a budget. */
export function simulateCalls(options: RetryOptions, scenario: ResolvedSimulateOptions): SimulatedCalls {
  const agenda = new Agenda();
  const generator = xoroshiro128plus(scenario.seed);
  const policy = retrySimulation(options, { now: () => agenda.now, random: () => uniformFloat64(generator) });
  const plan = planAttempts(policy, scenario);
  const results: SimulatedCalls = {
    attempts: [],
    totalTimes: [],
    waits: [],
    ends: { success: 0, unmatched: 0, attempts: 0, deadline: 0, timeout: 0, budget: 0, endless: 0 },
  };
  let retries = 0;

  function beginCall(): void {
    const startedAt = agenda.now;
    const call = policy.begin();
    let attempt = 1;
    const endCall = (end: SimulatedEnd): void => {
      results.ends[end]++;
      results.attempts.push(end === 'endless' ? Infinity : attempt);
      results.totalTimes.push(end === 'endless' ? Infinity : agenda.now - startedAt);
    };
    const startAttempt = (at: number): void => {
      const end = at + plan.attemptMs;
      const deadline = startedAt + policy.deadline;
      if (end > deadline) agenda.add(deadline, () => endCall('deadline'));
      else agenda.add(end, endAttempt);
    };
    const endAttempt = (): void => {
      const outcome = outcomeOf(call, attempt, plan);
      if (typeof outcome !== 'number') {
        endCall(outcome);
        return;
      }
      if (++retries > MOST_RETRIES) throw tooManyRetries(attempt);
      if (results.waits.length < attempt) results.waits.push([]);
      results.waits[attempt - 1]?.push(outcome);
      attempt++;
      startAttempt(agenda.now + outcome);
    };
    startAttempt(startedAt);
  }

  for (let index = 0; index < scenario.calls; index++) {
    agenda.runUntil((index * 1_000) / scenario.callsPerSecond);
    beginCall();
  }
  agenda.runUntil(Infinity);
  return results;
}

/** Returns the time to wait after an attempt, in ms, or how the call ends. */
function outcomeOf(call: SimulatedCall, attempt: number, plan: AttemptPlan): number | SimulatedEnd {
  if (attempt > plan.failures) return 'success';
  // The decision is never `aborted`, because there is no signal.
  const decision = call.fail(plan.failure(attempt)) as number | SimulatedEnd;
  return typeof decision === 'number' && plan.endless && attempt === ENOUGH_ATTEMPTS ? 'endless' : decision;
}

/** The plan for the attempts of every call. */
interface AttemptPlan {
  /** The number of attempts that fail. */
  readonly failures: number;
  readonly failure: FailureMaker;
  readonly attemptMs: number;
  /** `true` if only a budget or the answers of `on` can end a call. */
  readonly endless: boolean;
}

function planAttempts(
  { attempts, timeout, deadline, attemptTimeout }: RetrySimulation,
  scenario: ResolvedSimulateOptions,
): AttemptPlan {
  const { attemptTime = 0 } = scenario;
  const attemptMs = Math.min(attemptTime, attemptTimeout);
  if (attemptMs === Infinity && deadline === Infinity) {
    throw new RangeError(
      '`attemptTime` must be finite, because this policy has no `attemptTimeout` or `deadline` that would end such an attempt',
    );
  }
  const timesOut = attemptTime >= attemptTimeout;
  const failures = timesOut ? Infinity : scenario.failures;
  return {
    failures,
    failure: timesOut ? failWithTimeout : failWithError(scenario),
    attemptMs,
    endless: Math.min(attempts, timeout, deadline, failures) === Infinity,
  };
}

function tooManyRetries(attempts: number): RangeError {
  return new RangeError(
    `these calls retry more than ${MOST_RETRIES} times, and one of them made ${attempts} attempts; simulate fewer \`calls\`, ` +
      'set an `attemptTime` so that attempts take time, or set `failures` to the number of attempts that fail',
  );
}

interface Entry {
  readonly at: number;
  /** The number of entries that were added before this one. */
  readonly order: number;
  readonly act: () => void;
}

/**
 * Runs actions in simulated time, the earliest first. Actions for the same time run in the order in which they were
 * added.
 */
class Agenda {
  /** The simulated time, in ms. */
  now = 0;
  /**
   * A binary heap. The parent of the entry at `index` is at `(index - 1) >> 1`, and runs before it. So it is fast to
   * add an entry or take the first one, even if a million calls are open. A sorted array would be slow, because it
   * moves many entries for each one that is added.
   */
  readonly #entries: Entry[] = [];
  #added = 0;

  /** Adds an action for the time `at`, in ms. That time must not have passed yet. */
  add(at: number, act: () => void): void {
    const entries = this.#entries;
    const entry = { at, order: this.#added++, act };
    let index = entries.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as Entry;
      if (isBefore(parent, entry)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  /**
   * Runs all actions that are due before `time`, including those that are added meanwhile. Then sets `now` to `time`.
   */
  runUntil(time: number): void {
    for (let first = this.#entries[0]; first && first.at < time; first = this.#entries[0]) {
      this.#removeFirst();
      this.now = first.at;
      first.act();
    }
    this.now = time;
  }

  /** Removes the first entry. The last entry takes its place, and sinks below all entries that run before it. */
  #removeFirst(): void {
    const entries = this.#entries;
    const last = entries.pop() as Entry;
    const { length } = entries;
    if (length === 0) return;
    let index = 0;
    for (let childIndex = 1; childIndex < length; childIndex = 2 * index + 1) {
      const sibling = entries[childIndex + 1];
      if (sibling && isBefore(sibling, entries[childIndex] as Entry)) childIndex++;
      const child = entries[childIndex] as Entry;
      if (isBefore(last, child)) break;
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
