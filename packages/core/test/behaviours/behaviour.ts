import type { Surface } from '../support/surfaces.ts';

/** Behaviours by their titles. Each has a function that fails unless the surface behaves so. */
export type Behaviours = Readonly<Record<string, (surface: Surface) => Promise<void> | void>>;
