import type { Surface } from '../surfaces.ts';

/** Sentences, and what shows that they hold for a surface. */
export type Behaviours = Readonly<Record<string, (surface: Surface) => Promise<void> | void>>;
