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
import { retrySync } from '@stamina/core/sync';
import { expect, vi } from 'vitest';
import { type Failure, Flaky, type Moment, type Part, type Plan, THROWN } from './call-plan.ts';
import type { CallOptions, Surface, Work } from './surfaces.ts';
import { settle } from './virtual-time.ts';

/** The events of a call, in order. */
export type Trace = (
  | { attempt: number; nextWait?: number; timeLeft?: number; lastError?: unknown }
  | { warned: 'attemptTimeout' | 'nested' }
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

/** The state that remembers which warnings have been emitted. */
const shared = Reflect.get(globalThis, Symbol.for('@stamina/core/1')) as { warned: WeakSet<object> };

/** The name of a call inside an attempt, which no plan draws. */
const INNER = 'a call inside an attempt';

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
  /** The time that each attempt takes, in ms. */
  readonly lengths: number[] = [];
  /** The times when each attempt began and ended, and when hooks were called. */
  readonly begins: number[] = [];
  readonly ends: number[] = [];
  readonly notified: number[] = [];
  readonly #aborter = new AbortController();
  readonly #stopper = new AbortController();
  /** The asynchronous attempts. The call abandons an attempt at its deadline. */
  readonly #running: Promise<unknown>[] = [];
  #attempts = 0;

  constructor(plan: Plan, surface: Surface) {
    this.plan = plan;
    this.surface = surface;
    this.errors = plan.failures.map(({ throws }) => THROWN[throws]?.());
    if (plan.abortedBefore) this.#aborter.abort(this.reason);
    if (plan.stop === 'aborted before') this.#stopper.abort();
  }

  /** Makes the call, and waits for it in virtual time. */
  async play(): Promise<Trace> {
    const { mode, random } = this.plan;
    vi.spyOn(Math, 'random').mockReturnValue(random);
    shared.warned = new WeakSet();
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
      // Comes once, and has tests of its own.
      if (String(warning).includes('Did you mean seconds?')) return;
      this.trace.push({ warned: String(warning).includes('a call inside it gave up') ? 'nested' : 'attemptTimeout' });
    });
    const seen = (details: CallDetails): void => {
      if (details.name !== INNER) this.seenByProcess.push(details);
    };
    setRetryHooks([{ onRetry: seen, onGiveUp: seen, onRecover: seen }]);
    const budget = this.plan.budget === undefined ? undefined : budgetOf(this.plan.budget);
    const call = this.surface.prepare(this.#options(budget), this.#work());
    const setting = mode === 'normal' ? undefined : mode === 'inactive' ? setActive(false) : setTesting(true, mode);
    try {
      const result = await settle(call(this.#own(budget)));
      this.trace.push(result.status === 'fulfilled' ? { returned: result.value } : { threw: result.reason });
      // Nothing that an abandoned attempt does later may be seen.
      await settle(Promise.allSettled(this.#running));
    } finally {
      setting?.dispose();
      warnings.mockRestore();
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
      deadline: plan.deadlineOfCall ? 1 : plan.deadline.written,
      attemptTimeout: plan.attemptTimeout,
      signal: isOfPolicy ? this.#aborter.signal : undefined,
      stop: plan.stop === 'none' ? undefined : this.#stopper.signal,
      nested: plan.nested,
      budget: plan.budgetOfCall && budget ? budgetOf(0) : budget,
      name: plan.name,
      onRetry: (details: RetryDetails) => {
        this.#notify({ retry: details });
        this.#halt('before the wait', plan.failures[details.retryNum - 1]);
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
      deadline: plan.deadlineOfCall ? (plan.deadline.written ?? Infinity) : undefined,
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

  #attempt(attempt?: Attempt): Promise<string> {
    const running = this.#attemptAsync(attempt);
    this.#running.push(running);
    return running;
  }

  async #attemptAsync(attempt?: Attempt): Promise<string> {
    const ms = this.#begin(attempt);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return this.#end(attempt);
  }

  /** Begins an attempt. Returns the time that it takes, in ms. */
  #begin(attempt?: Attempt): number {
    this.begins.push(performance.now());
    const { plan } = this;
    const known = attempt && { nextWait: attempt.nextWait, lastError: attempt.lastError };
    const limit = attempt && plan.readsSignal && { timeLeft: attempt.timeLeft };
    this.trace.push({ attempt: ++this.#attempts, ...known, ...limit });
    if (attempt) expect(attempt.num).toBe(this.#attempts);
    if (plan.readsSignal) attempt?.signal;
    const length = this.#lengthOf(plan.failures[this.#attempts - 1]?.takes ?? plan.lastTakes);
    this.lengths.push(length);
    return length;
  }

  /** Returns the time that an attempt takes, in ms, which is the planned time or nearly so. */
  #lengthOf(planned: number): number {
    const left = (this.plan.deadline.ms ?? Infinity) - (performance.now() - (this.begins[0] as number));
    // A function that blocks moves the fake clock. Beyond the deadline, that would fire timers inside the function.
    if (this.surface.syncWork) return Math.min(planned, Math.max(0, left - 1));
    // It is not documented what happens to an attempt that ends exactly at the deadline.
    return planned === left ? planned + 1 : planned;
  }

  #halt(moment: Moment, failure: Failure | undefined): void {
    if (failure?.abort === moment) this.#aborter.abort(this.reason);
    if (failure?.stop === moment) this.#stopper.abort();
  }

  /** Ends an attempt as planned. */
  #end(attempt?: Attempt): string {
    const { plan } = this;
    const failure = plan.failures[this.#attempts - 1];
    this.ends.push(performance.now());
    if (!failure) return 'done';
    this.#halt('during', failure);
    if (failure.abort === 'during' && plan.readsSignal && attempt && plan.signal !== 'none') {
      expect(attempt.signal.aborted).toBe(true);
    }
    const fail = (): never => {
      throw this.errors[this.#attempts - 1];
    };
    if (!failure.isNested) return fail();
    const options = { on: () => true, name: INNER, stop: AbortSignal.abort() };
    return retrySync(options).run(fail);
  }

  #notify(event: { retry: RetryDetails } | { giveUp: GiveUpDetails } | { recover: RecoverDetails }): void {
    this.trace.push(event);
    this.notified.push(performance.now());
    const [details] = Object.values(event) as [CallDetails & Partial<GiveUpDetails>];
    expect([details, details.args, details.errors, details.waits].every((part) => Object.isFrozen(part))).toBe(true);
  }
}
