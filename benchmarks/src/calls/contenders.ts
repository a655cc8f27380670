import type { Prepare } from './call.ts';
import type { Variant } from './prepare/stamina-options.ts';

export interface Contender {
  readonly id: string;
  readonly title: string;
  /** What is imported, and measured for its import time and size. */
  readonly module?: string;
  /** Whether it retries: the bare call does not. */
  readonly retries: boolean;
  /** Measured for few metrics: what options and other ways of writing it add. */
  readonly variant?: true;
  /** Loaded on demand, so that a process holds one contender only. */
  readonly load: () => Promise<Prepare>;
}

export const YARDSTICK: Contender = {
  id: 'yardstick',
  title: 'loop by hand',
  retries: true,
  async load() {
    const { createWaitingYardstick, createYardstick } = await import('./yardstick.ts');
    return (fn, { waitMs }) => (waitMs ? createWaitingYardstick(fn, waitMs) : createYardstick(fn));
  },
};

const contender = (id: string, title: string, module?: string): Contender => ({
  id,
  title,
  ...(module && { module }),
  retries: true,
  load: async () => ((await import(`./prepare/${id}.ts`)) as { prepare: Prepare }).prepare,
});

const variant = (id: string, title: string, load: Contender['load']): Contender => ({
  id: `stamina-${id.replaceAll(' ', '-')}`,
  title,
  retries: true,
  variant: true,
  load,
});

const options = (name: Variant, title: string): Contender =>
  variant(name, title, async () => (await import('./prepare/stamina-options.ts')).PREPARATIONS[name]);

const hooks = () => import('./prepare/stamina-hooks.ts');

/** Everybody, with all metrics. */
export const CONTENDERS: readonly Contender[] = [
  { id: 'bare', title: 'bare call', retries: false, load: async () => (fn) => fn },
  contender('stamina', 'stamina, wrapped', '@stamina/core'),
  contender('stamina-run', 'stamina, `.run`'),
  contender('p-retry', 'p-retry', 'p-retry'),
  contender('cockatiel', 'cockatiel', 'cockatiel'),
  contender('async-retry', 'async-retry', 'async-retry'),
  contender('exponential-backoff', 'exponential-backoff', 'exponential-backoff'),
  contender('promise-retry', 'promise-retry', 'promise-retry'),
  contender('attempt', '@lifeomic/attempt', '@lifeomic/attempt'),
  contender('effect', 'Effect', 'effect'),
  contender('smithy', '@smithy/util-retry', '@smithy/util-retry'),
  options('own hooks', 'wrapped, with hooks of its own'),
  options('global hook', 'wrapped, with a process-wide hook'),
  variant('prometheus', 'wrapped, counted by `@stamina/prometheus`', async () => (await hooks()).prometheus),
  variant('pino', 'wrapped, logged by `@stamina/pino`', async () => (await hooks()).pinoToNull),
  options('budget', 'wrapped, with a budget'),
  options('signal', 'wrapped, with a signal'),
  options('run signal', '`.run`, with a signal for the call'),
  options('attempt signal', '`.run` with `attemptTimeout`, reading `attempt.signal`'),
  options('block', '`for await` over `retryContext`'),
];

export const findContender = (id: string): Contender => {
  const found = [YARDSTICK, ...CONTENDERS].find((contender) => contender.id === id);
  if (!found) throw new RangeError(`no contender \`${id}\`; there are ${CONTENDERS.map(({ id }) => id).join(', ')}`);
  return found;
};
