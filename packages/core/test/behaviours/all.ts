// All behaviours, and the surfaces that must have them.
import type { Behaviours, Surface } from '../support/surfaces.ts';
import { attempts, outcomes, resetting } from './attempts.ts';
import { abortedDeadlines, deadlines, deadlinesOfAttempts, deadlinesOfCalls, resetDeadlines } from './deadlines.ts';
import { hooks } from './hooks.ts';
import { budgets, modes } from './modes.ts';
import { nesting } from './nesting.ts';
import { predicates } from './predicates.ts';
import { aborting, abortingWaits, stoppedAttempts, stopping, stoppingWaits } from './signals.ts';
import { asynchronousWaiting, waiting } from './waiting.ts';

const TABLE: readonly [behaviours: Behaviours, applies: (surface: Surface) => boolean][] = [
  [outcomes, () => true],
  [predicates, () => true],
  [waiting, () => true],
  [asynchronousWaiting, ({ sync }) => !sync],
  [hooks, () => true],
  [modes, () => true],
  [budgets, () => true],
  [deadlines, ({ takesDeadline }) => takesDeadline],
  [abortedDeadlines, ({ takesDeadline, takesSignal }) => takesDeadline && takesSignal],
  [deadlinesOfCalls, ({ takesCallDeadline }) => takesCallDeadline],
  [deadlinesOfAttempts, ({ takesDeadline, givesAttempt }) => takesDeadline && givesAttempt],
  [resetDeadlines, ({ form, takesDeadline }) => form === 'loop' && takesDeadline],
  [attempts, ({ givesAttempt }) => givesAttempt],
  [nesting, () => true],
  [stopping, () => true],
  [stoppingWaits, ({ sync }) => !sync],
  [stoppedAttempts, ({ givesAttempt }) => givesAttempt],
  [resetting, ({ form }) => form === 'loop'],
  [aborting, ({ takesSignal }) => takesSignal],
  [abortingWaits, ({ takesSignal, sync }) => takesSignal && !sync],
];

/** Returns the behaviours that a surface must have. */
export function behavioursOf(surface: Surface): [title: string, expectHolds: Behaviours[string]][] {
  return TABLE.flatMap(([behaviours, applies]) => (applies(surface) ? Object.entries(behaviours) : []));
}
