import { showRatio } from '../calls/tables.ts';
import type { Figure } from '../statistics.ts';
import { NONE, table } from '../table.ts';
import { CONTENDERS } from './contenders.ts';
import { FETCH_METRICS } from './metrics.ts';

function tableOf(figures: readonly Figure[], suffix: string, show: (figure: Figure) => string): string {
  const rows = CONTENDERS.map(({ id, title }) => [
    title,
    ...FETCH_METRICS.map((metric) => {
      const figure = figures.find((one) => one.metric === `${metric.id}${suffix}` && one.contender === id);
      return figure ? show(figure) : NONE;
    }),
  ]);
  return table(['', ...FETCH_METRICS.map(({ title }) => title)], rows);
}

/** × bare fetch, where all is well, or × the loop by hand; their own cells have the time of a call. */
export const fetchTable = (figures: readonly Figure[]): string => tableOf(figures, '', showRatio);

export const connectionsPerCallTable = (figures: readonly Figure[]): string =>
  tableOf(figures, ':perCall', ({ value }) => value.median.toFixed(2));

export const mostConnectionsTable = (figures: readonly Figure[]): string =>
  tableOf(figures, ':most', ({ value }) => value.median.toFixed(0));
