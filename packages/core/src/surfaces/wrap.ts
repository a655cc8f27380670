import { AsyncCall, type AsyncForm } from '../call/async-call.ts';
import { beginPolicy, deposit, startTime } from '../call/begin.ts';
import { type Call, NONE } from '../call/call.ts';
import { isTraced, traced } from '../call/tracing.ts';
import { isSettleObserved } from '../events/hooks.ts';
import type { Policy } from '../policy/options.ts';
import { shared } from '../process/shared.ts';
import { isAsyncGenerator, isGenerator, isGeneratorFunction, refusedCall, retryGenerator } from './generator.ts';
import { type AnyFunction, imitate, invoke } from './invoke.ts';

const GENERATOR_REFUSED =
  'a function retried here must not return a generator; use @stamina/core/sync, or make it async';

function attempt({ callee, thisArg, args }: Call): unknown {
  return invoke(callee, thisArg, args);
}

/** Copies arguments into an array. */
function listOf(...values: unknown[]): unknown[] {
  return values;
}

/**
 * Wraps a function, so that each call of it is retried.
 *
 * @throws TypeError if the policy has an `attemptTimeout`
 */
export function wrap(given: Policy, fn: AnyFunction, nameOf: AsyncForm['nameOf']): AnyFunction {
  if (given.attemptTimeout !== Infinity) {
    throw new TypeError(
      '`attemptTimeout` must not be given for a wrapped function, which gets no signal; use run or `deadline`',
    );
  }
  const form: AsyncForm = { nameOf, retry: (call) => call.follow(attempt) };
  const hasDeadline = given.deadline !== Infinity;
  // Every call takes this path, so it must be fast. It uses `arguments`, which is faster than rest parameters. If the
  // closure `newCall` referred to `arguments`, V8 would allocate that object in every call, even without arguments. So
  // arguments are copied, if there are any. `[...arguments]` would need the object too, but `listOf(...arguments)` does
  // not. That saves 3 % of a call that succeeds.
  return imitate(fn, function (this: unknown): unknown {
    let args: readonly unknown[] = NONE;
    let policy: Policy;
    let startedAtMs: number | undefined;
    try {
      if (arguments.length > 0) args = listOf(...arguments);
      policy = beginPolicy(given, given);
      startedAtMs = startTime(policy);
      deposit(policy, startedAtMs);
    } catch (reason) {
      return refusedCall(reason);
    }
    const { giveUps } = shared;
    const newCall = (error: unknown): AsyncCall =>
      new AsyncCall(policy, startedAtMs, giveUps, form, fn, this, args, error);
    let first: Promise<unknown>;
    try {
      // Calling a generator function runs none of its code.
      let result: unknown;
      if (isTraced() && !isGeneratorFunction(fn)) result = traced(attempt)(newCall(undefined));
      // These two calls do the same as `invoke`. Calling `invoke` would add a frame to the stack of every error that
      // `fn` makes, and capturing a frame takes 0.3 µs.
      else if (args.length === 0) result = fn.call(this);
      else result = fn.apply(this, args as unknown[]);
      // Most functions return a promise, so that is checked first.
      if (!(result instanceof Promise)) {
        if (isAsyncGenerator(result)) return retryGenerator(policy, nameOf, fn, this, args, result);
        if (isGenerator(result)) return Promise.reject(new TypeError(GENERATOR_REFUSED));
      }
      first = Promise.resolve(result);
    } catch (error) {
      first = Promise.reject(error);
    }
    if (hasDeadline || isSettleObserved(policy)) return newCall(undefined).start(() => first, true);
    return first.then(undefined, newCall);
  });
}
