import type { Call, Prepare, Terms } from './call.ts';

export interface Contender {
  readonly id: string;
  readonly title: string;
  /** What is imported, and measured for its import time and size. */
  readonly module?: string;
  /** Whether it retries: the bare call does not. */
  readonly retries: boolean;
  /** Loaded on demand, so that a process holds one contender only. */
  readonly load: () => Promise<Prepare>;
}

const staminaOptions = ({ waitMs, timeoutMs }: Terms) => ({
  on: Error,
  ...(timeoutMs === 45_000 ? {} : { timeout: timeoutMs }),
  ...(waitMs === undefined ? {} : { waitInitial: waitMs, waitJitter: 0, waitMax: waitMs }),
});

export const YARDSTICK: Contender = {
  id: 'yardstick',
  title: 'yardstick',
  retries: true,
  async load() {
    const { createWaitingYardstick, createYardstick } = await import('./yardstick.ts');
    return (fn, { waitMs }) => (waitMs ? createWaitingYardstick(fn, waitMs) : createYardstick(fn));
  },
};

export const CONTENDERS: readonly Contender[] = [
  { id: 'bare', title: 'bare call', retries: false, load: async () => (fn) => fn },
  {
    id: 'stamina',
    title: 'stamina, wrapped',
    module: '@stamina/core',
    retries: true,
    async load() {
      const { retry } = await import('@stamina/core');
      return (fn, terms) => retry(staminaOptions(terms))(fn);
    },
  },
  {
    id: 'stamina-run',
    title: 'stamina, `.run`',
    retries: true,
    async load() {
      const { retry } = await import('@stamina/core');
      return (fn, terms) => {
        const policy = retry(staminaOptions(terms));
        return () => policy.run(fn);
      };
    },
  },
  {
    id: 'p-retry',
    title: 'p-retry',
    module: 'p-retry',
    retries: true,
    async load() {
      const { default: pRetry } = await import('p-retry');
      return (fn, { waitMs = 0, timeoutMs }) => {
        const options = { retries: 9, factor: 1, minTimeout: waitMs, randomize: false, maxRetryTime: timeoutMs };
        return () => pRetry(fn, options);
      };
    },
  },
  {
    id: 'cockatiel',
    title: 'cockatiel',
    module: 'cockatiel',
    retries: true,
    async load() {
      const { ConstantBackoff, handleType, retry } = await import('cockatiel');
      return (fn: Call, { waitMs = 0 }) => {
        const policy = retry(handleType(Error), { maxAttempts: 9, backoff: new ConstantBackoff(waitMs) });
        return () => policy.execute(fn);
      };
    },
  },
];

export const findContender = (id: string): Contender => {
  const found = [YARDSTICK, ...CONTENDERS].find((contender) => contender.id === id);
  if (!found) throw new RangeError(`no contender \`${id}\`; there are ${CONTENDERS.map(({ id }) => id).join(', ')}`);
  return found;
};
