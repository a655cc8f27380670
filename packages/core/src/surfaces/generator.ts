import { hasMethods } from '@stamina/validation';
import { AsyncCall, type AsyncForm } from '../call/async-call.ts';
import { startTime } from '../call/begin.ts';
import { abortedSignal } from '../call/signals.ts';
import type { Policy } from '../policy/options.ts';
import { invoke } from './invoke.ts';

type AnyAsyncGenerator = AsyncGenerator<unknown, unknown, unknown>;

/** Tells whether `value` is an async generator, by its methods: down-levelled generators have no class in common. */
export function isAsyncGenerator(value: unknown): value is AnyAsyncGenerator {
  return typeof value === 'object' && hasMethods(value, 'next', 'return', 'throw', Symbol.asyncIterator);
}

/**
 * Retries an async generator until its first value was delivered. Starting it again later would deliver values twice.
 *
 * @param first the generator of the first attempt, which the call has made already
 */
export async function* retryGenerator(
  policy: Policy,
  nameOf: AsyncForm['nameOf'],
  callee: unknown,
  thisArg: unknown,
  args: ArrayLike<unknown>,
  first: AnyAsyncGenerator,
): AnyAsyncGenerator {
  // A generator runs nothing before its first value is asked for, so that is when its first attempt starts.
  const aborted = abortedSignal(policy);
  if (aborted) throw aborted.reason;
  const startedAt = startTime(policy);
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
    result = (await new AsyncCall(policy, startedAt, form, callee, thisArg, args, error)) as IteratorResult<unknown>;
  }
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

/** Returns a rejection that can be awaited and iterated. Only the function itself, which is not called, could tell which of the two its caller will do. */
export function refusedCall(reason: unknown): Promise<never> {
  const refused = Promise.reject(reason);
  const next = (): Promise<never> => refused;
  return Object.assign(refused, { next, return: next, throw: next, [Symbol.asyncIterator]: () => refused });
}
