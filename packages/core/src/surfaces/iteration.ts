import { type Attempt, type AttemptedCall, RunningAttempt } from '../call/attempt.ts';
import { startTime } from '../call/begin.ts';
import type { Call } from '../call/call.ts';
import { startDeadline } from '../call/limits.ts';
import { restart } from '../call/notify.ts';

/** One attempt of a block, which is one iteration of its loop. */
export interface BlockAttempt extends Attempt {
  /**
   * Reports that this attempt failed. The next step of the loop then waits, or throws the error.
   *
   * @throws TypeError if `error` is missing, if `fail` is called twice, or if the iteration is over
   */
  fail(error: unknown): void;
  /**
   * Reports that the attempt worked until here. From now on, attempts, waits, `timeout` and `deadline` count as if the
   * call had just begun with this attempt. Use it for connections that live long. If the call had failed before, hooks
   * are notified that it has recovered.
   *
   * @throws TypeError if the iteration is over
   */
  reset(): void;
}

/** The failure of an iteration. `isOverdue` is true if it exceeded the deadline. */
interface Failure {
  readonly error: unknown;
  readonly isOverdue: boolean;
}

/** The call that an iteration belongs to. An asynchronous block makes it only when it is needed. */
export interface Owner {
  readonly call: Call;
}

/**
 * One iteration of the loop of a block, which is an attempt. Most iterations succeed at once, so the functions `fail`
 * and `reset` are made when they are first read. They do not need `this`.
 */
export class Iteration extends RunningAttempt implements BlockAttempt {
  readonly #owner: Owner;
  #fail: BlockAttempt['fail'] | undefined;
  #reset: BlockAttempt['reset'] | undefined;
  #failure: Failure | undefined;
  #hasReported = false;
  #stopDeadline: (() => void) | undefined;

  /** Opens an iteration. By default, it is the first of its call. */
  constructor(owner: Owner, call: AttemptedCall, num = 1, lastError?: unknown) {
    super(num, call, lastError);
    this.#owner = owner;
    if (call.policy.deadline !== Infinity) Iteration.#watchDeadline(this);
  }

  get fail(): BlockAttempt['fail'] {
    this.#fail ??= (...given: unknown[]): void => {
      if (given.length === 0) throw new TypeError('`fail` must be given the error; write attempt.fail(error)');
      Iteration.#refuseIfOver(this, 'fail');
      if (this.#hasReported) throw new TypeError(`attempt ${this.num} has failed already; call fail once per attempt`);
      this.#hasReported = true;
      this.#failure ??= { error: given[0], isOverdue: false };
    };
    return this.#fail;
  }

  get reset(): BlockAttempt['reset'] {
    this.#reset ??= (): void => {
      Iteration.#refuseIfOver(this, 'reset');
      if (this.#failure?.isOverdue) return;
      const { call } = this.#owner;
      this.#stopDeadline?.();
      restart(call, startTime(call.policy));
      RunningAttempt.restart(this, call);
      if (call.policy.deadline !== Infinity) Iteration.#watchDeadline(this);
    };
    return this.#reset;
  }

  static #watchDeadline(iteration: Iteration): void {
    iteration.#stopDeadline = startDeadline(iteration.#owner.call, (error) => {
      // An attempt that has reported its failure is over, although its body may still be running.
      if (iteration.#failure) return;
      iteration.#failure = { error, isOverdue: true };
      RunningAttempt.abort(iteration, error);
    });
  }

  static #refuseIfOver(iteration: Iteration, method: string): void {
    if (!RunningAttempt.isSettled(iteration)) return;
    throw new TypeError(`attempt ${iteration.num} is over; call ${method} on the attempt of this iteration`);
  }

  /** Ends an iteration. Returns its failure, if it failed. */
  static end(iteration: Iteration): Failure | undefined {
    iteration.#stopDeadline?.();
    RunningAttempt.settle(iteration);
    return iteration.#failure;
  }
}

/** Names the calls of blocks. */
export const blockName = (): string => '<block>';
