import type { Policy, Terms } from '../policy/options.ts';
import { type AttemptLimit, startAttemptLimit, warnOfIgnoredLimit } from './limits.ts';
import { abortedSignal, namedError, onAbort, reasonOf } from './signals.ts';

/** The signal of an attempt, and its `attemptTimeout`. Made only for an attempt that needs one of them. */
export class AttemptSignal {
  /** The time when the attempt started, in ms. `undefined` if the policy has no `attemptTimeout`. */
  readonly startedAtMs: number | undefined;
  readonly #policy: Policy;
  readonly #terms: Terms;
  readonly #attempt: { readonly num: number };
  readonly #limit: AttemptLimit | undefined;
  /** Made when the signal is first read. */
  #controller: AbortController | undefined;
  /** Aborts the signal after `attemptTimeout`, in the async context of this attempt. */
  #expire: ((excess: Error) => void) | undefined;
  /** Stops listening to the signals of the call. */
  #unlisten: (() => void) | undefined;
  /** The error of the limit that the attempt has exceeded. */
  #excess: Error | undefined;
  #isSettled = false;
  /** True once the attempt has read `signal` or `timeLeft`, so that its limit can have an effect. */
  isKnown = false;

  /** @param startedAtMs the time when the attempt started, in ms, if the policy has an `attemptTimeout` */
  constructor(attempt: { readonly num: number }, policy: Policy, terms: Terms, startedAtMs?: number) {
    this.startedAtMs = startedAtMs;
    this.#policy = policy;
    this.#terms = terms;
    this.#attempt = attempt;
    if (startedAtMs !== undefined) this.#limit = startAttemptLimit(policy, startedAtMs, this.#exceed.bind(this));
  }

  /** Aborts the signal after `attemptTimeout`, and warns if the attempt has not read it. */
  #exceed(): void {
    const message = `attempt ${this.#attempt.num} took longer than ${this.#policy.attemptTimeout} ms`;
    if (!this.isKnown) warnOfIgnoredLimit(this.#policy, this.#terms.name, message);
    const excess = namedError('TimeoutError', message);
    if (this.#expire) this.#expire(excess);
    else this.abort(excess);
  }

  /** Returns the signal. From now on, the signals of the call abort it too, unless the attempt has settled. */
  read(): AbortSignal {
    this.isKnown = true;
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      const terms = this.#terms;
      if (this.#excess) controller.abort(this.#excess);
      else if (!this.#isSettled) {
        if (this.#limit) {
          // The timer may be shared, and then it runs in the async context of another call. A promise calls its
          // handlers in the context of the code that added them. So listeners of the signal see the request that they
          // belong to.
          const expired = new Promise<Error>((resolve) => {
            this.#expire = resolve;
          });
          void expired.then((excess) => this.abort(excess));
        }
        this.#unlisten = onAbort(terms.signals, () => controller.abort(reasonOf(abortedSignal(terms) as AbortSignal)));
      }
    }
    return this.#controller.signal;
  }

  /** Returns the signal, or `undefined` if it was not read. */
  peek(): AbortSignal | undefined {
    return this.#controller?.signal;
  }

  /** Remembers the error of the limit that was exceeded. Aborts the signal with it, if that was read. */
  abort(excess: Error): void {
    this.#excess = excess;
    this.#controller?.abort(excess);
  }

  /**
   * Stops everything that could abort the signal.
   *
   * @returns whether the attempt exceeded its limit, and had read `signal` or `timeLeft`
   */
  settle(): boolean {
    this.#isSettled = true;
    this.#limit?.stop();
    this.#unlisten?.();
    return this.isKnown && this.#excess !== undefined;
  }
}
