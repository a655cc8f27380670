// This is a model of calls. It was written from the documentation alone.
import type { GiveUpReason } from '@stamina/core';
import { expect } from 'vitest';
import { bounds } from './arbitraries.ts';
import { type Answer, Flaky, type Floor, type Plan } from './call-plan.ts';
import type { Scene, Trace } from './call-scene.ts';

type Verdict = boolean | number | Floor | { readonly broken: 'throws' | 'answers' };

/** Returns the events that the call of a scene must have. It takes the times of attempts and hooks from the scene. */
export function expectedTrace(scene: Scene): Trace {
  const { plan, surface } = scene;
  const trace: Trace = [];
  const hasSignal = plan.signal !== 'none';
  if (plan.abortedBefore && hasSignal) return [{ threw: scene.reason }];

  const inactive = plan.mode === 'inactive';
  const testing = typeof plan.mode === 'object' ? plan.mode : undefined;
  const attempts = attemptsOf(plan);
  // In test mode, only the number of attempts limits a call, unless that number is infinite.
  const attemptsOnly = testing !== undefined && attempts < Infinity;
  const timeoutMs = plan.timeout.ms ?? 45_000;
  const newest: unknown[] = [];
  let left = plan.budget ?? Infinity;
  let matched = false;
  let waited = 0;
  let aborted = false;
  let notified = 0;
  // The time that has passed on the clock counts, or the sum of the waits so far if that is more.
  const elapsedAt = (time: number | undefined): number =>
    Math.max((time ?? Number.NaN) - (scene.begins[0] as number), waited);

  for (let num = 1; ; num++) {
    const { low, jitter } = bounds(plan.waits, num);
    const noneFollows = testing || num >= attempts || elapsedAt(scene.begins[num - 1]) + low > timeoutMs;
    trace.push({ attempt: num, ...(surface.givesAttempt && { nextWait: noneFollows ? 0 : near(low) }) });

    const failure = plan.failures[num - 1];
    const elapsed = (): number => near(elapsedAt(scene.notified[notified++]));
    const details = () => ({
      name: plan.callName ?? plan.name ?? surface.name,
      args: plan.args,
      attempt: num,
      waitedSoFar: near(waited),
      causedBy: scene.report(newest.at(-1)),
      attempts,
      timeout: timeoutMs,
    });
    if (!failure) {
      if (num > 1) trace.push({ recover: { ...details(), elapsed: elapsed() } });
      return [...trace, { returned: 'done' }];
    }
    newest.push(scene.errors[num - 1]);
    const error = newest.at(-1);
    aborted ||= failure.abort === 'during' && hasSignal;
    const giveUp = (reason: GiveUpReason): Trace => {
      const errors = newest.slice(-10).map((each) => scene.report(each));
      if (matched) trace.push({ giveUp: { ...details(), elapsed: elapsed(), reason, errors } });
      return [...trace, { threw: reason === 'aborted' ? scene.reason : error }];
    };
    if (inactive) return [...trace, { threw: aborted ? scene.reason : error }];

    const timedOut = plan.readsSignal && failure.takes >= (plan.attemptTimeout ?? Infinity);
    const verdict = timedOut || verdictOf(plan, failure.answer, error, aborted && !surface.sync);
    if (typeof verdict === 'object' && 'broken' in verdict) {
      return [...trace, { threw: verdict.broken === 'throws' ? scene.predicateFailure : invalidAnswer(error) }];
    }
    matched ||= verdict !== false;
    const lowest = typeof verdict === 'object' ? Math.max(low, verdict.atLeastMs) : low;
    const wait = testing ? 0 : typeof verdict === 'number' ? verdict : lowest + plan.random * jitter;
    if (aborted) return giveUp('aborted');
    if (verdict === false) return giveUp('unmatched');
    if (num >= attempts) return giveUp('attempts');
    if (elapsedAt(scene.ends[num - 1]) + wait > timeoutMs && !attemptsOnly) return giveUp('timeout');
    const isCharged = typeof verdict !== 'object' || verdict.isCharged;
    if (isCharged && left-- < 1 && !attemptsOnly) return giveUp('budget');

    if (plan.discards) trace.push({ discarded: error });
    trace.push({ retry: { ...details(), retryNum: num, waitFor: near(wait) } }, { disposed: num });
    notified++;
    waited += wait;
    if (failure.abort === 'before the wait' && hasSignal) return giveUp('aborted');
  }
}

function attemptsOf({ mode, attempts = 10 }: Plan): number {
  if (mode === 'inactive') return 1;
  if (mode === 'normal') return attempts;
  return mode.cap ? Math.min(attempts, mode.attempts) : mode.attempts;
}

/** Returns the first answer of `on` that is not `false`. */
function verdictOf(plan: Plan, answer: Answer, error: unknown, isHurried: boolean): Verdict {
  for (const part of plan.on) {
    // An aborted call does not wait for an answer.
    if (part === 'promising predicate' && isHurried) return false;
    if (part === 'class') {
      if (error instanceof Flaky && error.name !== 'AbortError') return true;
    } else if (part !== 'refusing predicate') {
      if ('broken' in answer) return answer;
      if (answer.counts !== false) return answer.counts;
    }
  }
  return false;
}

function invalidAnswer(cause: unknown): unknown {
  return expect.objectContaining({ constructor: TypeError, cause, message: expect.stringContaining('`on(error)`') });
}

function near(ms: number): number {
  return Number.isFinite(ms) ? (expect.closeTo(ms, 3) as number) : ms;
}
