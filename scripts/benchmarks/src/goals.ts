import type { Figures } from './results.ts';
import { find, type Suite } from './suite.ts';

/**
 * Compares stamina with its goals: coarsely, so that the result does not depend on the machine. A goal is a ratio to the
 * yardstick of the same run, or to a limit in milliseconds, and only more than twice the goal is a failure.
 */
export function beyondTwiceTheGoal(
  { cases, contenders }: Pick<Suite, 'cases' | 'contenders'>,
  figures: Figures,
): string[] {
  return contenders.flatMap(({ id, title, goals = {} }) =>
    Object.entries(goals).flatMap(([metric, goal]) => {
      const { measures, yardstick, limitMs } = find(cases, metric.split(':')[0] as string);
      const own = figures[metric]?.[id];
      if (own === undefined) return [];
      const isRatio = measures === 'time' && !metric.includes(':');
      // Other measures were not taken in the same moment. A busy machine disturbs the lower quartile least.
      const ratio = isRatio ? own[1] : own[0] / (limitMs ?? figures[metric]?.[yardstick]?.[0] ?? Number.NaN);
      if (ratio <= goal * 2) return [];
      const base = limitMs === undefined ? yardstick : `${limitMs} ms`;
      return [`${metric}: ${title} needs ${ratio.toFixed(2)} of ${base}, and its goal is ${goal}`];
    }),
  );
}
