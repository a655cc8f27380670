import type { Results } from './results.ts';
import { table, whole } from './table.ts';

/** The things that an endurance run left, by kind, after its first period and after its last. */
export type Left = Record<string, readonly [first: number, last: number]>;

/** Writes what an endurance run left, by the name that the README has for it. */
export const enduranceBlocks = ({ setting, figures }: Results<Left>): Record<'endurance', string> => {
  const rows = Object.entries(figures).map(([kind, counts]) => [kind, ...counts.map(whole)]);
  return { endurance: `${setting}.\n\n${table(['', 'after the first period', 'after the last'], rows)}` };
};

export const PHASES = ['before', 'during', 'after'] as const;

/** The requests per call and the share of answered calls, by origin, in each phase of an outage. */
export type Loads = Record<string, { readonly requests: readonly number[]; readonly answered: readonly number[] }>;

/** Writes the loads of an outage, by the names that READMEs have for them. */
export function outageBlocks({ setting, figures }: Results<Loads>): Record<string, string> {
  const rows = (kind: 'requests' | 'answered', format: (value: number) => string) =>
    Object.entries(figures).map(([title, load]) => [title, ...load[kind].map(format)]);
  const requests = rows('requests', (value) => value.toFixed(2));
  const answered = rows('answered', (value) => `${Math.round(value * 100)} %`);
  return {
    'outage-setting': `${setting}.`,
    'outage-requests': table(['requests per call', ...PHASES], requests),
    'outage-answered': table(['answered', ...PHASES], answered),
  };
}
