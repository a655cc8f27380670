import { handleRejection, hasMethods } from '@stamina/validation';
import { AsyncCall, type AsyncForm } from '../call/async-call.ts';
import { startTime } from '../call/begin.ts';
import { promiseOf } from '../call/promise-of.ts';
import { abortedSignal, reasonOf } from '../call/signals.ts';
import { isTraced, traced } from '../call/tracing.ts';
import { isSettleObserved } from '../events/hooks.ts';
import type { Policy } from '../policy/options.ts';
import { shared } from '../process/shared.ts';
import { invoke } from './invoke.ts';

export type AnyGenerator = Generator<unknown, unknown, unknown>;
type AnyAsyncGenerator = AsyncGenerator<unknown, unknown, unknown>;

/** Returns whether `value` is an async generator. Checks its methods, because compiled generators share no class. */
export function isAsyncGenerator(value: unknown): value is AnyAsyncGenerator {
  return isIterator(value, Symbol.asyncIterator);
}

/** Returns whether `value` is a synchronous generator. */
export function isGenerator(value: unknown): value is AnyGenerator {
  return isIterator(value, Symbol.iterator);
}

function isIterator(value: unknown, symbol: symbol): boolean {
  return typeof value === 'object' && hasMethods(value, 'next', 'return', 'throw', symbol);
}

/** Returns whether `fn` is an async generator function. Calling it creates a generator, and runs none of its code. */
export function isGeneratorFunction(fn: unknown): boolean {
  return (fn as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'AsyncGeneratorFunction';
}

/** The prototype of all async generators. */
const ASYNC_GENERATOR: unknown = /* @__PURE__ */ (() => Object.getPrototypeOf(ended).prototype)();

/** Makes an async generator without values. */
async function* ended(): AsyncGenerator<never, void> {}

const DONE = { value: undefined, done: true };

/**
 * Retries an async generator until it has delivered its first value. A retry after that would deliver values twice.
 *
 * An async generator that delegates by `yield*` would be simpler. But before the first value, it would not pass on a
 * `return`. A source such as `events.on()`, which listens from its creation, would then listen forever.
 *
 * @param first the generator of the first attempt, which the caller has already created
 */
export function retryGenerator(
  policy: Policy,
  nameOf: AsyncForm['nameOf'],
  callee: unknown,
  thisArg: unknown,
  args: readonly unknown[],
  first: AnyAsyncGenerator,
): AnyAsyncGenerator {
  /** The generator of the last attempt. */
  let source = first;
  /** Later requests wait for this promise. Undefined until the first request. */
  let ready: Promise<unknown> | undefined;
  let isLeft = false;

  const attempt = (): unknown => {
    source = invoke(callee, thisArg, args) as AnyAsyncGenerator;
    return source.next();
  };
  const form: AsyncForm = { nameOf, retry: (call) => (isLeft ? call.resolve(DONE) : call.follow(attempt)) };

  /** Requests the first value. The first attempt starts here, because the code of a generator does not run before. */
  const start = (): Promise<unknown> => {
    const aborted = abortedSignal(policy);
    if (aborted) {
      promiseOf(() => source.return(undefined), undefined).catch(() => {});
      return Promise.reject(reasonOf(aborted));
    }
    const startedAtMs = startTime(policy);
    const { giveUps } = shared;
    const newCall = (error: unknown): AsyncCall =>
      new AsyncCall(policy, startedAtMs, giveUps, form, callee, thisArg, args, error);
    if (policy.deadline !== Infinity) {
      return newCall(undefined)
        .start(() => source.next())
        .catch(abandon);
    }
    const succeed = isSettleObserved(policy) ? (value: unknown) => newCall(undefined).succeed(value) : undefined;
    const next = (): unknown => source.next();
    const first = isTraced() ? promiseOf(traced(next), newCall(undefined)) : promiseOf(next, undefined);
    return first.then(succeed, (error: unknown) => {
      if (isLeft) throw error;
      return newCall(error);
    });
  };
  /** Ends the source of an attempt that may still be running. The generator is over, whatever the source does later. */
  const abandon = (error: unknown): never => {
    const { return: end } = source;
    promiseOf(() => end.call(source, undefined), undefined).catch(() => {});
    source = ended();
    throw error;
  };
  const pass = (request: () => unknown): Promise<unknown> => {
    ready ??= Promise.resolve();
    return ready.then(request, request);
  };
  /** Passes on a request that ends the source. Does not wait for the first value, because it may never come. */
  const leave = (request: () => unknown): Promise<unknown> => {
    isLeft = true;
    ready = undefined;
    return pass(request);
  };
  const generator = {
    // Inherits all other methods of async generators.
    __proto__: ASYNC_GENERATOR,
    next: (value: unknown) => {
      if (ready) return pass(() => source.next(value));
      ready = start();
      return ready;
    },
    return: (value: unknown) => leave(() => source.return(value)),
    throw: (error: unknown) => leave(() => source.throw(error)),
  };
  return generator as unknown as AnyAsyncGenerator;
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
