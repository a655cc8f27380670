import { handleRejection, hasMethods } from '@stamina/validation';
import { AsyncCall, type AsyncForm } from '../call/async-call.ts';
import { startTime } from '../call/begin.ts';
import { abortedSignal } from '../call/signals.ts';
import type { Policy } from '../policy/options.ts';
import { invoke } from './invoke.ts';

type AnyAsyncGenerator = AsyncGenerator<unknown, unknown, unknown>;

/** Returns whether `value` is an async generator. Checks its methods, because compiled generators share no class. */
export function isAsyncGenerator(value: unknown): value is AnyAsyncGenerator {
  return typeof value === 'object' && hasMethods(value, 'next', 'return', 'throw', Symbol.asyncIterator);
}

/**
 * Retries an async generator until it has delivered its first value. A retry after that would deliver values twice.
 *
 * @param first the generator of the first attempt, which the caller has already created
 */
export async function* retryGenerator(
  policy: Policy,
  nameOf: AsyncForm['nameOf'],
  callee: unknown,
  thisArg: unknown,
  args: ArrayLike<unknown>,
  first: AnyAsyncGenerator,
): AnyAsyncGenerator {
  // The code of a generator runs only once its first value is requested, so its first attempt starts here.
  const aborted = abortedSignal(policy);
  if (aborted) throw aborted.reason;
  const startedAtMs = startTime(policy);
  let source = first;
  let result: IteratorResult<unknown> | undefined;
  try {
    result = await source.next();
  } catch (error) {
    const attempt = (): unknown => {
      source = invoke(callee, thisArg, args) as AnyAsyncGenerator;
      return source.next();
    };
    const form: AsyncForm = { nameOf, retry: (call) => call.follow(attempt) };
    result = (await new AsyncCall(policy, startedAtMs, form, callee, thisArg, args, error)) as IteratorResult<unknown>;
  }
  // The first value is already here, so the first call of `next` returns it. For everything else, `yield*` calls the
  // source, so that the source also gets the values, `return` and `throw` of the caller.
  const rest = {
    next: (value: unknown) => {
      const delivered = result;
      result = undefined;
      return delivered ? Promise.resolve(delivered) : source.next(value);
    },
    return: (value: unknown) => source.return(value),
    throw: (error: unknown) => source.throw(error),
  };
  return yield* { [Symbol.asyncIterator]: () => rest };
}

/**
 * Returns a rejected promise that can also be iterated. The wrapped function was not called, so it is not known whether
 * it returns a promise or a generator. The rejection is handled here, because a generator may be iterated later.
 */
export function refusedCall(reason: unknown): Promise<never> {
  const refused = Promise.reject(reason);
  handleRejection(refused);
  const next = (): Promise<never> => refused;
  return Object.assign(refused, { next, return: next, throw: next, [Symbol.asyncIterator]: () => refused });
}
