import type { RetryOptions } from '@stamina/core';
import { type RetrySimulation, retrySimulation, type SimulatedFailure } from '@stamina/core/simulation';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Agenda } from './agenda.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedEnd } from './simulated-end.ts';

/** What became of the calls of a scenario. Times in ms; Infinity stands for what never ends. */
export interface PlayedCalls {
  readonly attempts: number[];
  readonly totalTimes: number[];
  /** The waits before each retry, from the first. */
  readonly waits: number[][];
  readonly ends: Record<SimulatedEnd, number>;
}

const NEVER = Number.POSITIVE_INFINITY;
/** After so many attempts a call that nothing limits is left. */
const ENOUGH = 100;
/** Of all calls together: what takes a second at most. */
const MOST_RETRIES = 250_000;

/** Plays the calls of a scenario, each at its time, since they share a budget. */
export function playCalls(options: RetryOptions, scenario: Scenario): PlayedCalls {
  const agenda = new Agenda();
  const generator = xoroshiro128plus(scenario.seed);
  const policy = retrySimulation(options, { now: () => agenda.now, random: () => uniformFloat64(generator) });
  const fate = fateOf(policy, scenario);
  const played: PlayedCalls = {
    attempts: [],
    totalTimes: [],
    waits: [],
    ends: { success: 0, unmatched: 0, attempts: 0, timeout: 0, budget: 0, endless: 0 },
  };
  let retries = 0;

  function begin(): void {
    const startedAt = agenda.now;
    const call = policy.begin();
    let num = 1;

    /** What follows attempt `num`: a wait in ms, or the call's end. */
    const next = (): number | SimulatedEnd => {
      if (num > fate.failures) return 'success';
      const decision = call.fail(fate.failure(num)) as number | SimulatedEnd; // There is no signal to abort it.
      return typeof decision === 'number' && fate.endless && num === ENOUGH ? 'endless' : decision;
    };
    const settle = (): void => {
      const outcome = next();
      if (typeof outcome === 'number') {
        if (++retries > MOST_RETRIES) throw tooMany(num);
        if (played.waits.length < num) played.waits.push([]);
        played.waits[num - 1]?.push(outcome);
        num++;
        agenda.add(agenda.now + outcome + fate.duration, settle);
      } else {
        played.ends[outcome]++;
        played.attempts.push(outcome === 'endless' ? NEVER : num);
        played.totalTimes.push(outcome === 'endless' ? NEVER : agenda.now - startedAt);
      }
    };

    agenda.add(startedAt + fate.duration, settle);
  }

  for (let index = 0; index < scenario.calls; index++) agenda.add((index * 1_000) / scenario.callsPerSecond, begin);
  agenda.run();
  return played;
}

/** How the attempts of every call go, under this policy. */
interface Fate {
  readonly failures: number;
  readonly failure: (num: number) => SimulatedFailure;
  /** How long each takes, in ms. */
  readonly duration: number;
  /** Whether only its budget, or what `on` answers, can end a call. */
  readonly endless: boolean;
}

function fateOf({ attempts, timeout, attemptTimeout }: RetrySimulation, scenario: Scenario): Fate {
  const { attemptTime = 0 } = scenario;
  const duration = Math.min(attemptTime, attemptTimeout);
  if (duration === NEVER) {
    throw new RangeError(
      '`options.attemptTime` must be finite: this policy has no `attemptTimeout`, which would end such an attempt',
    );
  }
  const { failures, failure } =
    attemptTime < attemptTimeout ? scenario : { failures: NEVER, failure: () => ({ timedOut: true }) };
  return { failures, failure, duration, endless: Math.min(attempts, timeout, failures) === NEVER };
}

function tooMany(attempts: number): RangeError {
  return new RangeError(
    `these calls retry more than ${MOST_RETRIES} times, one of them after ${attempts} attempts; simulate fewer \`calls\`, ` +
      'let attempts take time with `attemptTime`, or say with `failures` how many of them fail',
  );
}
