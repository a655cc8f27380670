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
  const deadlineMs = attemptsOnly ? Infinity : (plan.deadline.ms ?? Infinity);
  const newest: unknown[] = [];
  let left = plan.budget ?? Infinity;
  let matched = false;
  let waited = 0;
  const waits: unknown[] = [];
  let aborted = false;
  let stopped = plan.stop === 'aborted before';
  let notified = 0;
  const warned = new Set<'attemptTimeout' | 'nested'>();
  const warn = (cause: 'attemptTimeout' | 'nested'): void => {
    if (!warned.has(cause)) trace.push({ warned: cause });
    warned.add(cause);
  };
  // The time that has passed on the clock counts, or the sum of the waits so far if that is more.
  const elapsedAt = (time: number | undefined): number =>
    Math.max((time ?? Number.NaN) - (scene.begins[0] as number), waited);

  for (let num = 1; ; num++) {
    const { low, jitter } = bounds(plan.waits, num);
    const failure = plan.failures[num - 1];
    const elapsedBefore = elapsedAt(scene.begins[num - 1]);
    const noneFollows =
      testing || num >= attempts || stopped || elapsedBefore + low > timeoutMs || elapsedBefore + low >= deadlineMs;
    const attemptTimeout = plan.attemptTimeout ?? Infinity;
    trace.push({
      attempt: num,
      ...(surface.givesAttempt && { nextWait: noneFollows ? 0 : near(low), lastError: newest.at(-1) }),
      ...(plan.readsSignal && { timeLeft: Math.ceil(Math.min(attemptTimeout, deadlineMs - elapsedBefore)) }),
    });
    const takes = scene.lengths[num - 1] as number;
    const isOverdue = elapsedBefore + takes >= deadlineMs;
    // The body of a loop cannot be interrupted.
    const lasts = isOverdue && surface.form !== 'loop' ? deadlineMs - elapsedBefore : takes;
    const isExceeded = lasts >= attemptTimeout;
    if (isExceeded && !plan.readsSignal) warn('attemptTimeout');

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
    const newestTen = () => ({ errors: newest.slice(-10).map((each) => scene.report(each)), waits: waits.slice(-10) });
    if (!failure && !isOverdue) {
      if (num > 1) trace.push({ recover: { ...details(), elapsed: elapsed(), ...newestTen() } });
      return [...trace, { returned: 'done' }];
    }
    newest.push(isOverdue ? overdue(deadlineMs, num, scene.report(newest.at(-1))) : scene.errors[num - 1]);
    const error = newest.at(-1);
    if (lasts === takes) {
      aborted ||= failure?.abort === 'during' && hasSignal;
      stopped ||= failure?.stop === 'during' && plan.stop !== 'none';
    }
    const giveUp = (reason: GiveUpReason): Trace => {
      if (matched) trace.push({ giveUp: { ...details(), elapsed: elapsed(), reason, ...newestTen() } });
      return [...trace, { threw: reason === 'aborted' ? scene.reason : error }];
    };
    if (inactive) return [...trace, { threw: aborted ? scene.reason : error }];
    if (!failure || isOverdue) {
      matched = true;
      return giveUp(aborted ? 'aborted' : 'deadline');
    }

    const hurry = surface.sync ? undefined : aborted ? 'aborted' : stopped ? 'stopped' : undefined;
    let verdict = (plan.readsSignal && isExceeded) || verdictOf(plan, failure.answer, error, hurry);
    if (typeof verdict === 'object' && 'broken' in verdict) {
      return [...trace, { threw: verdict.broken === 'throws' ? scene.predicateFailure : invalidAnswer(error) }];
    }
    // Errors that are no objects cannot be recognised. A call that makes one attempt multiplies nothing.
    const isNested = failure.isNested && Object(error) === error && attemptsOf({ ...plan, attempts: 10 }) > 1;
    if (isNested && plan.nested === false) verdict = false;
    matched ||= verdict !== false;
    const lowest = typeof verdict === 'object' ? Math.max(low, verdict.atLeastMs) : low;
    const wait = testing ? 0 : typeof verdict === 'number' ? verdict : lowest + plan.random * jitter;
    if (aborted) return giveUp('aborted');
    if (verdict === false) return giveUp('unmatched');
    if (stopped) return giveUp('stopped');
    if (num >= attempts) return giveUp('attempts');
    if (elapsedAt(scene.ends[num - 1]) + wait >= deadlineMs) return giveUp('deadline');
    if (elapsedAt(scene.ends[num - 1]) + wait > timeoutMs && !attemptsOnly) return giveUp('timeout');
    const isCharged = typeof verdict !== 'object' || verdict.isCharged;
    if (isCharged && left-- < 1 && !attemptsOnly) return giveUp('budget');

    if (isNested && plan.nested === undefined) warn('nested');
    if (plan.discards) trace.push({ discarded: error });
    trace.push({ retry: { ...details(), retryNum: num, waitFor: near(wait) } }, { disposed: num });
    notified++;
    waited += wait;
    waits.push(near(wait));
    if (failure.abort === 'before the wait' && hasSignal) return giveUp('aborted');
    if (failure.stop === 'before the wait' && plan.stop !== 'none') return giveUp('stopped');
    // A wait takes whole milliseconds, so it may end a little late.
    if (elapsedAt(scene.begins[num] ?? scene.notified[notified]) >= deadlineMs) return giveUp('deadline');
  }
}

function attemptsOf({ mode, attempts = 10 }: Plan): number {
  if (mode === 'inactive') return 1;
  if (mode === 'normal') return attempts;
  return mode.cap ? Math.min(attempts, mode.attempts) : mode.attempts;
}

/** Returns the first answer of `on` that is not `false`. */
function verdictOf(plan: Plan, answer: Answer, error: unknown, hurry: 'aborted' | 'stopped' | undefined): Verdict {
  for (const part of plan.on) {
    // A call that was aborted or stopped does not wait for an answer. In a call that was stopped, it counts as a match.
    if (part === 'promising predicate' && hurry) return hurry === 'stopped';
    if (part === 'class') {
      if (error instanceof Flaky && error.name !== 'AbortError') return true;
    } else if (part !== 'refusing predicate') {
      if ('broken' in answer) return answer;
      if (answer.counts !== false) return answer.counts;
    }
  }
  return false;
}

/** Returns the error of a call that exceeded its deadline. */
function overdue(deadlineMs: number, attempts: number, cause: unknown): unknown {
  const time = deadlineMs < 1_000 ? `${deadlineMs} ms` : `${deadlineMs / 1_000} s`;
  const message = `no success within ${time} (${attempts} attempt${attempts > 1 ? 's' : ''})`;
  return expect.objectContaining({ name: 'TimeoutError', message, ...(attempts > 1 && { cause }) });
}

function invalidAnswer(cause: unknown): unknown {
  return expect.objectContaining({ constructor: TypeError, cause, message: expect.stringContaining('`on(error)`') });
}

function near(ms: number): number {
  return Number.isFinite(ms) ? (expect.closeTo(ms, 3) as number) : ms;
}
