import { type Column, figureTable, type Show, showBytes, showRatio } from '../figure-table.ts';
import type { Figure } from '../statistics.ts';
import { CONTENDERS, YARDSTICK } from './contenders.ts';
import { CALL_METRICS, WAITING_METRICS } from './metrics.ts';

const ALL = [YARDSTICK, ...CONTENDERS.filter(({ variant }) => !variant)];
const VARIANTS = [YARDSTICK, ...CONTENDERS.filter(({ id, variant }) => variant || /^stamina(-run)?$/.test(id))];

const columns = (meter: 'time' | 'bytes', show: Show): Column[] =>
  CALL_METRICS.filter((metric) => metric.meter === meter).map(({ id, title }) => ({ metric: id, title, show }));

const waitingColumns = (kind: string, show: Show): Column[] =>
  WAITING_METRICS.map(({ id, title }) => ({ metric: `${id}:${kind}`, title, show }));

/** × the yardstick. */
export const timeTable = (figures: readonly Figure[]): string => figureTable(ALL, columns('time', showRatio), figures);

export const bytesTable = (figures: readonly Figure[]): string =>
  figureTable(ALL, columns('bytes', showBytes), figures);

export const waitingBytesTable = (figures: readonly Figure[]): string =>
  figureTable(ALL, waitingColumns('bytes', showBytes), figures);

export const scheduleTable = (figures: readonly Figure[]): string =>
  figureTable(ALL, waitingColumns('scheduleNs', showRatio), figures);

export const settleTable = (figures: readonly Figure[]): string =>
  figureTable(ALL, waitingColumns('settleNs', showRatio), figures);

/** What options and other ways of writing it add. */
export const variantTable = (figures: readonly Figure[]): string =>
  figureTable(
    VARIANTS,
    [
      { metric: 'success', title: 'success', show: showRatio },
      { metric: 'one-failure', title: 'one failure', show: showRatio },
      { metric: 'bytes-success', title: 'B per success', show: showBytes },
      { metric: 'bytes-one-failure', title: 'B per call with one failure', show: showBytes },
      { metric: 'waiting-10k:bytes', title: 'B per waiting call', show: showBytes },
    ],
    figures,
  );
