import { addRetryHook, type RetryOptions, retry, retryBudget, retryContext } from '@stamina/core';
import type { Call, Prepare, Terms } from '../call.ts';
import { optionsFor } from './stamina.ts';

const wrapWith =
  (more: () => Partial<RetryOptions>): Prepare =>
  (fn, terms) =>
    retry({ ...optionsFor(terms), ...more() })(fn);

const runWith =
  (use: (terms: Terms) => (fn: Call) => Promise<unknown>): Prepare =>
  (fn, terms) => {
    const run = use(terms);
    return () => run(fn);
  };

let told = 0;
const listen = (): void => void told++;

/** A budget that never runs dry: every call may be retried ten times. */
const generous = () => retryBudget({ ratio: 10 });

export type Variant = 'own hooks' | 'global hook' | 'budget' | 'signal' | 'run signal' | 'attempt signal' | 'block';

/** What options and other ways of writing it add. */
export const PREPARATIONS: Record<Variant, Prepare> = {
  'own hooks': wrapWith(() => ({ onRetry: listen, onGiveUp: listen, onRecover: listen })),
  'global hook': (fn, terms) => {
    addRetryHook({ onRetry: listen, onGiveUp: listen, onRecover: listen });
    return retry(optionsFor(terms))(fn);
  },
  budget: wrapWith(() => ({ budget: generous() })),
  signal: wrapWith(() => ({ signal: new AbortController().signal })),
  'run signal': runWith((terms) => {
    const policy = retry(optionsFor(terms));
    const { signal } = new AbortController();
    return (fn) => policy.run(fn, { signal });
  }),
  'attempt signal': runWith((terms) => {
    const policy = retry({ ...optionsFor(terms), attemptTimeout: 10_000 });
    return (fn) =>
      policy.run((attempt) => {
        attempt.signal.throwIfAborted();
        return fn();
      });
  }),
  block: runWith((terms) => {
    const attempts = retryContext(optionsFor(terms));
    return async (fn) => {
      for await (const attempt of attempts) {
        try {
          return await fn();
        } catch (error) {
          attempt.fail(error);
        }
      }
      throw new Error('unreachable');
    };
  }),
};
