import type { RetryBudget, RetryListener, RetryOptions } from '@stamina/core';
import type { Contender } from '../suite.ts';
import type { Prepare, Terms } from './peers.ts';

type Core = typeof import('@stamina/core');

/** Returns the options for some terms, and leaves out what is the default. */
const optionsFor = ({ waitMs, jitterMs = 0, timeoutMs, signal }: Terms): RetryOptions => ({
  on: Error,
  ...(timeoutMs !== 45_000 && { timeout: timeoutMs }),
  ...(waitMs !== undefined && { waitInitial: waitMs, waitJitter: jitterMs, waitMax: waitMs + jitterMs }),
  ...(signal && { signal }),
});

const way = (
  id: string,
  title: string,
  use: (core: Core) => Prepare | Promise<Prepare>,
  goals: Readonly<Record<string, number>> = {},
): Contender<Prepare> => ({ id, title, goals, way: true, load: async () => use(await import('@stamina/core')) });

const wrapped =
  ({ retry }: Core, more: Partial<RetryOptions> = {}): Prepare =>
  (fn, terms) =>
    retry({ ...optionsFor(terms), ...more })(fn);

/** Makes a budget that never runs dry. */
const fullBudget = ({ retryBudget }: Core): RetryBudget => retryBudget({ ratio: 10 });

let heard = 0;
const listen = (): void => void heard++;
const LISTENER = { onRetry: listen, onGiveUp: listen, onRecover: listen };

/** The ways to use stamina. The first two are measured for all cases, the others for those that have `ways`. */
export const WAYS: readonly Contender<Prepare>[] = [
  {
    id: 'stamina',
    title: 'stamina, wrapped',
    module: '@stamina/core',
    names: '{ retry }',
    goals: {
      success: 0.85,
      'success-no-timeout': 0.55,
      'one-failure': 1.05,
      'three-failures': 1.1,
      'in-flight': 1,
      'one-failure-new': 1.1,
      'bytes-success': 0.76,
      'bytes-one-failure': 1.25,
      waiting: 0.8,
      'turn-spread': 1,
      'turn-aborted': 1,
      'turn-aborted-many': 1,
      import: 1,
    },
    load: async () => wrapped(await import('@stamina/core')),
  },
  {
    id: 'stamina-run',
    title: 'stamina, `.run`',
    goals: { success: 0.95, 'one-failure': 1.1, 'one-failure-new': 1.2 },
    async load() {
      const { retry } = await import('@stamina/core');
      return (fn, terms) => {
        const policy = retry(optionsFor(terms));
        return () => policy.run(fn);
      };
    },
  },
  way('own-hooks', 'wrapped, with hooks of its own', (core) => wrapped(core, LISTENER)),
  way('global-hook', 'wrapped, with a process-wide hook', (core) => {
    core.addRetryHook(LISTENER);
    return wrapped(core);
  }),
  // These hooks belong to the policy, because a process-wide hook would also be told of the calls of the yardstick.
  way(
    'prometheus',
    'wrapped, counted by `@stamina/prometheus`',
    async (core) => {
      const { prometheusHook } = await import('@stamina/prometheus');
      const { Registry } = await import('prom-client');
      return wrapped(core, prometheusHook({ registry: new Registry() }) as RetryListener);
    },
    { told: 3 },
  ),
  way(
    'pino',
    'wrapped, logged by `@stamina/pino`',
    async (core) => {
      const { pinoHook } = await import('@stamina/pino');
      const { destination, pino } = await import('pino');
      // Writes at once, and to nowhere, because the cost of writing is not measured.
      return wrapped(core, pinoHook(pino(destination({ dest: '/dev/null', sync: true }))) as RetryListener);
    },
    { logged: 1.1 },
  ),
  // The same two lines, logged without our hook. They alone cost more than four bare retries, which was the goal. So the
  // goal of our hook is relative to them.
  way('pino-by-hand', 'wrapped, with the same lines by hand', async (core) => {
    const { destination, pino } = await import('pino');
    const logger = pino(destination({ dest: '/dev/null', sync: true }));
    return wrapped(core, {
      onRetry({ name, retryNum, waitFor, waitedSoFar, causedBy }) {
        const line = { callable: name, retry_num: retryNum, wait_for: waitFor, waited_so_far: waitedSoFar };
        logger.warn({ ...line, err: causedBy }, 'stamina.retry_scheduled');
      },
      onRecover({ name, attempt, waitedSoFar, elapsed }) {
        logger.info({ callable: name, attempt, waited_so_far: waitedSoFar, elapsed }, 'stamina.recovered');
      },
    });
  }),
  way('budget', 'wrapped, with a budget', (core) => wrapped(core, { budget: fullBudget(core) }), { success: 1 }),
  way(
    'run-budget',
    '`.run`, with a budget',
    (core) => (fn, terms) => {
      const policy = core.retry({ ...optionsFor(terms), budget: fullBudget(core) });
      return () => policy.run(fn);
    },
    { success: 1.05 },
  ),
  way('signal', 'wrapped, with a signal', (core) => wrapped(core, { signal: new AbortController().signal })),
  way(
    'run-signal',
    '`.run`, with a signal for the call',
    ({ retry }) =>
      (fn, terms) => {
        const policy = retry(optionsFor(terms));
        const { signal } = new AbortController();
        return () => policy.run(fn, { signal });
      },
    { success: 1.15 },
  ),
  way(
    'run-name',
    '`.run`, with a name for the call',
    ({ retry }) =>
      (fn, terms) => {
        const policy = retry(optionsFor(terms));
        return () => policy.run(fn, { name: 'load' });
      },
    { success: 1.15 },
  ),
  way(
    'per-call',
    'a policy made for each call, `retry({ on }).run(fn)`',
    ({ retry }) =>
      (fn, { waitMs }) =>
        waitMs === undefined
          ? () => retry({ on: Error }).run(fn)
          : () => retry({ on: Error, waitInitial: waitMs, waitJitter: 0, waitMax: waitMs }).run(fn),
    { success: 1.6 },
  ),
  way(
    'per-call-6',
    'the same, with six options',
    ({ retry }) =>
      (fn, { waitMs = 50 }) =>
      () =>
        retry({ on: Error, attempts: 5, timeout: 30_000, waitInitial: waitMs, waitMax: waitMs, waitJitter: 0 }).run(fn),
    { success: 2 },
  ),
  way(
    'attempt-signal',
    '`.run` with `attemptTimeout`, reading `attempt.signal`',
    ({ retry }) =>
      (fn, terms) => {
        const policy = retry({ ...optionsFor(terms), attemptTimeout: 10_000 });
        const attempt = ({ signal }: { readonly signal: AbortSignal }) => {
          signal.throwIfAborted();
          return fn();
        };
        return () => policy.run(attempt);
      },
    { success: 2.2 },
  ),
  way(
    'block',
    '`for await` over `retryContext`',
    ({ retryContext }) =>
      (fn, terms) => {
        const attempts = retryContext(optionsFor(terms));
        return async () => {
          for await (const attempt of attempts) {
            try {
              return await fn();
            } catch (error) {
              attempt.fail(error);
            }
          }
          throw new Error('unreachable');
        };
      },
    { success: 2.1, 'one-failure': 1.5 },
  ),
];
