import { startTime } from '../call/begin.ts';
import type { Call } from '../call/call.ts';
import { notifySucceeded } from '../call/notify.ts';
import { abortedSignal, reasonOf } from '../call/signals.ts';
import { runSync } from '../call/sync-call.ts';
import type { AnyGenerator } from './generator.ts';
import { invoke } from './invoke.ts';

/** The prototype of all synchronous generators. */
const GENERATOR: unknown = /* @__PURE__ */ (() => Object.getPrototypeOf(function* () {}).prototype)();

/**
 * Retries a synchronous generator until it has delivered its first value. A retry after that would deliver values
 * twice.
 *
 * @param call the call that has created `first`, the generator of the first attempt
 */
export function retryGeneratorSync(call: Call, first: AnyGenerator): AnyGenerator {
  const { policy, callee, thisArg, args } = call;
  /** The generator of the last attempt. */
  let source = first;
  let isStarted = false;

  /** Requests the first value. The first attempt starts here, because the code of a generator does not run before. */
  const start = (): unknown => {
    isStarted = true;
    const aborted = abortedSignal(policy);
    if (aborted) {
      source.return(undefined);
      throw reasonOf(aborted);
    }
    const iteration = { ...call, startedAtMs: startTime(policy) };
    const result = runSync(iteration, ({ num }) => {
      if (num > 1) source = invoke(callee, thisArg, args) as AnyGenerator;
      return source.next();
    });
    notifySucceeded(iteration);
    return result;
  };
  const generator = {
    // Inherits all other methods of generators.
    __proto__: GENERATOR,
    next: (value: unknown) => (isStarted ? source.next(value) : start()),
    return(value: unknown) {
      isStarted = true;
      return source.return(value);
    },
    throw(error: unknown) {
      isStarted = true;
      return source.throw(error);
    },
  };
  return generator as unknown as AnyGenerator;
}
