import type { Figure } from '../statistics.ts';
import { bytes, duration, NONE, ratio, spread, table } from '../table.ts';
import { CONTENDERS, type Contender, YARDSTICK } from './contenders.ts';
import { CALL_METRICS, WAITING_METRICS } from './metrics.ts';

type Show = (figure: Figure) => string;

/** To the yardstick, whose own cells have the time of a call. */
export const showRatio: Show = (figure) => (figure.ratio ? spread(figure.ratio, ratio) : duration(figure.value.median));
const showBytes: Show = ({ value }) => spread(value, bytes);

interface Column {
  readonly metric: string;
  readonly title: string;
  readonly show: Show;
}

/** A row for everybody of whom anything was measured; nothing where there is none. */
const rows = (contenders: readonly Contender[], columns: readonly Column[], figures: readonly Figure[]): string => {
  const found = (contender: string, { metric, show }: Column): string => {
    const figure = figures.find((figure) => figure.metric === metric && figure.contender === contender);
    return figure ? show(figure) : NONE;
  };
  const cells = contenders
    .map(({ id, title }) => [title, ...columns.map((column) => found(id, column))])
    .filter((row) => row.slice(1).some((cell) => cell !== NONE));
  return cells.length === 0 ? '' : table(['', ...columns.map(({ title }) => title)], cells);
};

const ALL = [YARDSTICK, ...CONTENDERS.filter(({ variant }) => !variant)];
const VARIANTS = [YARDSTICK, ...CONTENDERS.filter(({ id, variant }) => variant || /^stamina(-run)?$/.test(id))];

const columns = (meter: 'time' | 'bytes', show: Show): Column[] =>
  CALL_METRICS.filter((metric) => metric.meter === meter).map(({ id, title }) => ({ metric: id, title, show }));

const waitingColumns = (kind: string, show: Show): Column[] =>
  WAITING_METRICS.map(({ id, title }) => ({ metric: `${id}:${kind}`, title, show }));

/** × the yardstick. */
export const timeTable = (figures: readonly Figure[]): string => rows(ALL, columns('time', showRatio), figures);

export const bytesTable = (figures: readonly Figure[]): string => rows(ALL, columns('bytes', showBytes), figures);

export const waitingBytesTable = (figures: readonly Figure[]): string =>
  rows(ALL, waitingColumns('bytes', showBytes), figures);

export const scheduleTable = (figures: readonly Figure[]): string =>
  rows(ALL, waitingColumns('scheduleNs', showRatio), figures);

export const settleTable = (figures: readonly Figure[]): string =>
  rows(ALL, waitingColumns('settleNs', showRatio), figures);

/** What options and other ways of writing it add. */
export const variantTable = (figures: readonly Figure[]): string =>
  rows(
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
