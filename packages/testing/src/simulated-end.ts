import type { GiveUpReason } from '@stamina/core';

/** How a simulated call ends: by success, by giving up for a reason, or, where nothing limits it, never. */
export type SimulatedEnd = 'success' | Exclude<GiveUpReason, 'aborted'> | 'endless';
