import type { Contender } from '../suite.ts';

/** One call of a function that is retried. */
export type Call = () => Promise<unknown>;

/** The terms of a call, beside "retry any Error, ten attempts in all". */
export interface Terms {
  /** The wait before each retry. By default each contender has its own wait, in cases without a retry. */
  readonly waitMs?: number;
  /** The wait is longer by up to this time. */
  readonly jitterMs?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Turns a function into one that is retried. */
export type Prepare = (fn: Call, terms: Terms) => Call;

/** The loop that one writes by hand, with an attempt count, a class check and a deadline check. */
const createYardstick = (fn: Call): Call => {
  const yardstick = async () => {
    const start = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await fn();
      } catch (error) {
        if (!(error instanceof Error) || attempt >= 10 || performance.now() - start > 45_000) throw error;
      }
    }
  };
  return yardstick;
};

/** The same loop with a wait between attempts, which a signal ends. */
const createWaitingYardstick = (fn: Call, waitMs: number, jitterMs: number, signal?: AbortSignal): Call => {
  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, waitMs + Math.random() * jitterMs);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  const pause = signal || jitterMs > 0 ? wait : undefined;
  const yardstick = async () => {
    const start = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await fn();
      } catch (error) {
        if (!(error instanceof Error) || attempt >= 10 || performance.now() - start > 45_000) throw error;
        await (pause ? pause() : new Promise((resolve) => setTimeout(resolve, waitMs)));
      }
    }
  };
  return yardstick;
};

export const BY_HAND: readonly Contender<Prepare>[] = [
  {
    id: 'yardstick',
    title: 'loop by hand',
    load:
      async () =>
      (fn, { waitMs, jitterMs = 0, signal }) =>
        waitMs ? createWaitingYardstick(fn, waitMs, jitterMs, signal) : createYardstick(fn),
  },
  { id: 'bare', title: 'bare call', retries: false, load: async () => (fn) => fn },
];

const peer = (
  id: string,
  title: string,
  module: string,
  names: string,
  load: () => Promise<Prepare>,
  platform?: 'node',
): Contender<Prepare> => ({ id, title, module, names, load, ...(platform && { platform }) });

export const PEERS: readonly Contender<Prepare>[] = [
  peer('p-retry', 'p-retry', 'p-retry', '{ default }', async () => {
    const { default: pRetry } = await import('p-retry');
    return (fn, { waitMs = 0, timeoutMs }) => {
      const options = { retries: 9, factor: 1, minTimeout: waitMs, randomize: false, maxRetryTime: timeoutMs };
      return () => pRetry(fn, options);
    };
  }),
  peer('cockatiel', 'cockatiel', 'cockatiel', '{ ConstantBackoff, handleType, retry }', async () => {
    const { ConstantBackoff, handleType, retry } = await import('cockatiel');
    return (fn, { waitMs = 0 }) => {
      const policy = retry(handleType(Error), { maxAttempts: 9, backoff: new ConstantBackoff(waitMs) });
      return () => policy.execute(fn);
    };
  }),
  peer(
    'async-retry',
    'async-retry',
    'async-retry',
    '{ default }',
    async () => {
      const { default: retry } = await import('async-retry');
      return (fn, { waitMs = 0, timeoutMs }) => {
        const options = { retries: 9, factor: 1, minTimeout: waitMs, randomize: false, maxRetryTime: timeoutMs };
        return () => retry(fn, options);
      };
    },
    'node',
  ),
  peer('exponential-backoff', 'exponential-backoff', 'exponential-backoff', '{ backOff }', async () => {
    const { backOff } = await import('exponential-backoff');
    return (fn, { waitMs = 0 }) => {
      const retry = (error: unknown): boolean => error instanceof Error;
      const options = { numOfAttempts: 10, startingDelay: waitMs, timeMultiple: 1, retry };
      return () => backOff(fn, options);
    };
  }),
  peer(
    'promise-retry',
    'promise-retry',
    'promise-retry',
    '{ default }',
    async () => {
      const { default: promiseRetry } = await import('promise-retry');
      return (fn, { waitMs = 0, timeoutMs }) => {
        const options = { retries: 9, factor: 1, minTimeout: waitMs, randomize: false, maxRetryTime: timeoutMs };
        return () =>
          promiseRetry(
            (retry) =>
              fn().catch((error: unknown) => {
                if (error instanceof Error) return retry(error);
                throw error;
              }),
            options,
          );
      };
    },
    'node',
  ),
  peer('attempt', '@lifeomic/attempt', '@lifeomic/attempt', '{ retry }', async () => {
    const { retry } = await import('@lifeomic/attempt');
    return (fn, { waitMs = 0 }) => {
      const handleError = (error: unknown, context: { abort(): void }): void => {
        if (!(error instanceof Error)) context.abort();
      };
      const options = { maxAttempts: 10, delay: waitMs, handleError };
      return () => retry(fn, options);
    };
  }),
  peer('effect', 'Effect', 'effect', '{ Effect, Schedule }', async () => {
    const { Effect, Schedule } = await import('effect');
    return (fn, { waitMs = 0 }) => {
      const attempt = Effect.tryPromise({ try: () => fn(), catch: (error) => error });
      const options = { times: 9, while: (error: unknown) => error instanceof Error };
      const schedule = waitMs === 0 ? {} : { schedule: Schedule.spaced(waitMs) };
      const effect = Effect.retry(attempt, { ...options, ...schedule });
      return () => Effect.runPromise(effect);
    };
  }),
  peer('smithy', '@smithy/util-retry', '@smithy/util-retry', '{ Retry, StandardRetryStrategy }', async () => {
    const { Retry, StandardRetryStrategy } = await import('@smithy/util-retry');
    // A retry takes tokens from a bucket, which would soon be empty where every call fails.
    Retry.cost = () => 0;
    return (fn, { waitMs = 0 }) => {
      const backoff = { setDelayBase() {}, computeNextBackoffDelay: () => waitMs };
      const strategy = new StandardRetryStrategy({ maxAttempts: 10, backoff });
      // The clients of AWS have this loop around it.
      return async () => {
        let token = await strategy.acquireInitialRetryToken('');
        for (;;) {
          try {
            const value = await fn();
            strategy.recordSuccess(token);
            return value;
          } catch (error) {
            if (!(error instanceof Error)) throw error;
            token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' });
          }
        }
      };
    };
  }),
];
