// Imported once for each side, as `workload.ts?yardstick` and `workload.ts?subject`.
import type { Case } from '../suite.ts';
import type { Call } from './peers.ts';

const succeeding: Call = async () => 'done';

/** Returns a function that fails in the first attempts of all calls in flight, then in their second ones, and so on. */
const failing = (failures: number, inFlight: number, newErrors: boolean): Call => {
  const shared = new Error('failed');
  const failed = failures * inFlight;
  const total = failed + inFlight;
  let attempts = 0;
  return async () => {
    const position = attempts;
    attempts = position + 1 === total ? 0 : position + 1;
    if (position < failed) throw newErrors ? new Error('failed') : shared;
    return 'done';
  };
};

export const createTarget = ({ failures = 0, inFlight = 1, newErrors }: Partial<Case>): Call =>
  failures === 0 ? succeeding : failing(failures, inFlight, newErrors === true);

const oneByOne = async (call: Call, calls: number): Promise<void> => {
  for (let i = 0; i < calls; i++) await call();
};

const inBatches = async (call: Call, calls: number, inFlight: number): Promise<void> => {
  for (let done = 0; done < calls; done += inFlight) {
    const pending: Promise<unknown>[] = [];
    for (let i = 0; i < inFlight; i++) pending.push(call());
    await Promise.all(pending);
  }
};

export const repeat = (call: Call, calls: number, inFlight = 1): Promise<void> =>
  inFlight === 1 ? oneByOne(call, calls) : inBatches(call, calls, inFlight);
