// Loaded once per side (`?yardstick`, `?subject`): each gets functions of its own, and so type feedback
// of its own; shared ones would let each side spoil how the other's calls are optimised.
import type { Call } from './call.ts';

export interface Load {
  /** How often each call fails before it succeeds. */
  readonly failures: number;
  readonly inFlight: number;
  /** One error object for all failures, instead of a new one for each. */
  readonly reusedError?: boolean;
}

const succeeding: Call = async () => 'done';

/** Fails `failures` times per call: first attempts of all calls in flight come first, then second ones. */
const failing = ({ failures, inFlight, reusedError = false }: Load): Call => {
  const shared = new Error('failed');
  const failed = failures * inFlight;
  const total = failed + inFlight;
  let attempts = 0;
  return async () => {
    const position = attempts;
    attempts = position + 1 === total ? 0 : position + 1;
    if (position < failed) throw reusedError ? shared : new Error('failed');
    return 'done';
  };
};

export const createTarget = (load: Load): Call => (load.failures === 0 ? succeeding : failing(load));

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

export const repeat = (call: Call, calls: number, { inFlight }: Load): Promise<void> =>
  inFlight === 1 ? oneByOne(call, calls) : inBatches(call, calls, inFlight);
