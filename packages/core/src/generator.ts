import { begin, Drive, startTime, type Target } from './drive.ts';
import type { NameOf } from './execution.ts';
import type { Policy } from './options.ts';

export type AnyAsyncGenerator = AsyncGenerator<unknown, unknown, unknown>;

/** Told by its shape: down-levelled generators are of no common class. */
export function isAsyncGenerator(value: unknown): value is AnyAsyncGenerator {
  if (typeof value !== 'object' || value === null) return false;
  const { next, return: end, throw: raise } = value as Partial<AnyAsyncGenerator>;
  return Symbol.asyncIterator in value && [next, end, raise].every((method) => typeof method === 'function');
}

/**
 * Retries a generator until its first value: starting again after that would deliver values twice.
 * `first` is the one that is there; `again` makes the next ones.
 */
export async function* retryGenerator(
  given: Policy,
  nameOf: NameOf,
  args: ArrayLike<unknown>,
  first: AnyAsyncGenerator,
  again: () => unknown,
): AnyAsyncGenerator {
  const policy = begin(given);
  const startedAt = startTime(policy);
  let source = first;
  let result: IteratorResult<unknown> | undefined;
  try {
    result = await source.next();
  } catch (error) {
    const next = (): unknown => {
      source = again() as AnyAsyncGenerator;
      return source.next();
    };
    const target: Target = { nameOf, again: next };
    result = (await new Drive(policy, startedAt, target, undefined, args, error)) as IteratorResult<unknown>;
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

/** A rejection that can be awaited and iterated: which of the two the caller will do, only the call not made would tell. */
export function refusal(reason: unknown): Promise<never> {
  const refused = Promise.reject(reason);
  const next = (): Promise<never> => refused;
  return Object.assign(refused, { next, return: next, throw: next, [Symbol.asyncIterator]: () => refused });
}
