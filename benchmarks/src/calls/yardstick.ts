import type { Call } from './call.ts';

/** The hand-written loop every figure is a ratio to: attempt count, class check, deadline check. */
export const createYardstick = (fn: Call): Call => {
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

/** The same loop, which waits between attempts. */
export const createWaitingYardstick = (fn: Call, waitMs: number): Call => {
  const yardstick = async () => {
    const start = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await fn();
      } catch (error) {
        if (!(error instanceof Error) || attempt >= 10 || performance.now() - start > 45_000) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  };
  return yardstick;
};
