// All behaviours, and which surfaces have them.

import type { Surface } from '../surfaces.ts';
import { aborting, abortingWaits } from './aborting.ts';
import { attempts } from './attempts.ts';
import { matching } from './matching.ts';
import { budgets, modes } from './modes.ts';
import { outcomes } from './outcomes.ts';
import type { Behaviours } from './table.ts';
import { telling } from './telling.ts';
import { asynchronousWaiting, waiting } from './waiting.ts';

const TABLE: readonly [behaviours: Behaviours, where: (surface: Surface) => boolean][] = [
  [outcomes, () => true],
  [matching, () => true],
  [waiting, () => true],
  [asynchronousWaiting, ({ sync }) => !sync],
  [telling, () => true],
  [modes, () => true],
  [budgets, () => true],
  [attempts, ({ givesAttempt }) => givesAttempt],
  [aborting, ({ takesSignal }) => takesSignal],
  [abortingWaits, ({ takesSignal, sync }) => takesSignal && !sync],
];

/** Each sentence that must hold of a surface, and what shows that it does. */
export function behavioursOf(surface: Surface): [sentence: string, expectHolds: Behaviours[string]][] {
  return TABLE.flatMap(([behaviours, where]) => (where(surface) ? Object.entries(behaviours) : []));
}
