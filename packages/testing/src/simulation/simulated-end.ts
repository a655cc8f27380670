import type { GiveUpReason } from '@stamina/core';

/** The end of a simulated call: a success, the reason for giving up, or `endless` if nothing ends the call. */
export type SimulatedEnd = 'success' | Exclude<GiveUpReason, 'aborted'> | 'endless';
