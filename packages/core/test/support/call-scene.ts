// Plays one call by a plan, and records everything that can be observed.
import {
  type Attempt,
  type CallDetails,
  type GiveUpDetails,
  type RecoverDetails,
  type RetryBudget,
  type RetryDetails,
  type RetryOptions,
  retryBudget,
  setActive,
  setRetryHooks,
  setTesting,
} from '@stamina/core';
import { expect, vi } from 'vitest';
import { type Failure, Flaky, type Part, type Plan, THROWN } from './call-plan.ts';
import type { CallOptions, Surface, Work } from './surfaces.ts';
import { settle } from './virtual-time.ts';

/** The events of a call, in order. */
export type Trace = (
  | { attempt: number; nextWait?: number }
  | { discarded: unknown }
  | { retry: object }
  | { disposed: number }
  | { giveUp: object }
  | { recover: object }
  | { returned: unknown }
  | { threw: unknown }
)[];

/** Makes a budget that allows one call this many retries. */
function budgetOf(retries: number): RetryBudget {
  return retryBudget({ ratio: retries, reserve: 0, minPerSecond: 0, window: 1e15 });
}

export class Scene {
  readonly plan: Plan;
  readonly surface: Surface;
  readonly trace: Trace = [];
  /** The details that the hooks of the process were called with. */
  readonly seenByProcess: unknown[] = [];
  /** The error of each planned failure. */
  readonly errors: readonly unknown[];
  readonly reason: Error = new Error('enough');
  readonly predicateFailure: Error = new Error('cannot classify');
  readonly reportFailure: Error = new Error('cannot report');
  /** The times when each attempt began and ended, and when hooks were called. */
  readonly begins: number[] = [];
  readonly ends: number[] = [];
  readonly notified: number[] = [];
  readonly #aborter = new AbortController();
  #attempts = 0;

  constructor(plan: Plan, surface: Surface) {
    this.plan = plan;
    this.surface = surface;
    this.errors = plan.failures.map(({ throws }) => THROWN[throws]?.());
    if (plan.abortedBefore) this.#aborter.abort(this.reason);
  }

  /** Makes the call, and waits for it in virtual time. */
  async play(): Promise<Trace> {
    const { mode, random } = this.plan;
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const seen = (details: CallDetails): void => void this.seenByProcess.push(details);
    setRetryHooks([{ onRetry: seen, onGiveUp: seen, onRecover: seen }]);
    const budget = this.plan.budget === undefined ? undefined : budgetOf(this.plan.budget);
    const call = this.surface.prepare(this.#options(budget), this.#work());
    const setting = mode === 'normal' ? undefined : mode === 'inactive' ? setActive(false) : setTesting(true, mode);
    try {
      const result = await settle(call(this.#own(budget)));
      this.trace.push(result.status === 'fulfilled' ? { returned: result.value } : { threw: result.reason });
    } finally {
      setting?.dispose();
    }
    return this.trace;
  }

  /** Returns the value that hooks get in place of an error. */
  report(error: unknown): unknown {
    return { errors: error, results: { reported: error }, failures: this.reportFailure }[this.plan.reports];
  }

  #options(budget: RetryBudget | undefined): RetryOptions {
    const { plan } = this;
    const parts = plan.on.map((part) => this.#part(part));
    const isOfPolicy = plan.signal === 'policy' || plan.signal === 'both';
    return {
      on: (parts.length === 1 && !plan.asArray ? parts[0] : parts) as RetryOptions['on'],
      ...plan.waits,
      attempts: plan.attempts,
      timeout: plan.timeout.written,
      attemptTimeout: plan.attemptTimeout,
      signal: isOfPolicy ? this.#aborter.signal : undefined,
      budget: plan.budgetOfCall && budget ? budgetOf(0) : budget,
      name: plan.name,
      onRetry: (details: RetryDetails) => {
        this.#notify({ retry: details });
        if (plan.failures[details.retryNum - 1]?.abort === 'before the wait') this.#aborter.abort(this.reason);
        return { dispose: () => void this.trace.push({ disposed: details.retryNum }) };
      },
      onGiveUp: (details: GiveUpDetails) => this.#notify({ giveUp: details }),
      onRecover: (details: RecoverDetails) => this.#notify({ recover: details }),
    };
  }

  #own(budget: RetryBudget | undefined): CallOptions {
    const { plan } = this;
    const report = (error: unknown): unknown => {
      if (plan.reports === 'failures') throw this.reportFailure;
      return this.report(error);
    };
    return {
      signal: plan.signal === 'call' || plan.signal === 'both' ? this.#aborter.signal : undefined,
      name: plan.callName,
      args: plan.args,
      budget: plan.budgetOfCall ? budget : undefined,
      report: plan.reports === 'errors' ? undefined : report,
      discard: plan.discards ? (error) => void this.trace.push({ discarded: error }) : undefined,
    };
  }

  #part(part: Part): unknown {
    if (part === 'class') return Flaky;
    if (part === 'refusing predicate') return () => false;
    const classify = (error: unknown): unknown => {
      expect(error).toBe(this.errors[this.#attempts - 1]);
      const { answer } = this.plan.failures[this.#attempts - 1] as Failure;
      if ('broken' in answer && answer.broken === 'throws') throw this.predicateFailure;
      return answer.given;
    };
    return part === 'promising predicate' && !this.surface.sync ? async (error: unknown) => classify(error) : classify;
  }

  #work(): Work {
    const { syncWork, givesAttempt } = this.surface;
    const work = (attempt?: Attempt): unknown => (syncWork ? this.#attemptSync(attempt) : this.#attempt(attempt));
    return givesAttempt ? work : () => work();
  }

  #attemptSync(attempt?: Attempt): string {
    vi.advanceTimersByTime(this.#begin(attempt));
    return this.#end(attempt);
  }

  async #attempt(attempt?: Attempt): Promise<string> {
    const ms = this.#begin(attempt);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return this.#end(attempt);
  }

  /** Begins an attempt. Returns the time that it takes, in ms. */
  #begin(attempt?: Attempt): number {
    this.begins.push(performance.now());
    this.trace.push({ attempt: ++this.#attempts, ...(attempt && { nextWait: attempt.nextWait }) });
    if (attempt) expect(attempt.num).toBe(this.#attempts);
    if (this.plan.readsSignal) attempt?.signal;
    return this.plan.failures[this.#attempts - 1]?.takes ?? this.plan.lastTakes;
  }

  /** Ends an attempt as planned. */
  #end(attempt?: Attempt): string {
    const { plan } = this;
    const failure = plan.failures[this.#attempts - 1];
    this.ends.push(performance.now());
    if (!failure) return 'done';
    if (failure.abort === 'during') {
      this.#aborter.abort(this.reason);
      if (plan.readsSignal && attempt && plan.signal !== 'none') expect(attempt.signal.aborted).toBe(true);
    }
    throw this.errors[this.#attempts - 1];
  }

  #notify(event: { retry: RetryDetails } | { giveUp: GiveUpDetails } | { recover: RecoverDetails }): void {
    this.trace.push(event);
    this.notified.push(performance.now());
    const [details] = Object.values(event) as [CallDetails & Partial<GiveUpDetails>];
    expect([details, details.args, details.errors].every((part) => Object.isFrozen(part))).toBe(true);
  }
}
