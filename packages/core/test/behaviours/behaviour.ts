import type { Surface } from '../support/surfaces.ts';

/** Behaviours by their titles, each with a function that fails unless a surface has it. */
export type Behaviours = Readonly<Record<string, (surface: Surface) => Promise<void> | void>>;
