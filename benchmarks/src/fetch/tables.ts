import { figureTable, type Show, showRatio } from '../figure-table.ts';
import type { Figure } from '../statistics.ts';
import { CONTENDERS } from './contenders.ts';
import { FETCH_METRICS } from './metrics.ts';

const tableOf = (figures: readonly Figure[], suffix: string, show: Show): string =>
  figureTable(
    CONTENDERS,
    FETCH_METRICS.map(({ id, title }) => ({ metric: `${id}${suffix}`, title, show })),
    figures,
  );

/** × bare fetch, where all is well, or × the loop by hand; their own cells have the time of a call. */
export const fetchTable = (figures: readonly Figure[]): string => tableOf(figures, '', showRatio);

export const connectionsPerCallTable = (figures: readonly Figure[]): string =>
  tableOf(figures, ':perCall', ({ value }) => value.median.toFixed(2));

export const mostConnectionsTable = (figures: readonly Figure[]): string =>
  tableOf(figures, ':most', ({ value }) => value.median.toFixed(0));
