import type { Figure } from './statistics.ts';
import { bytes, duration, NONE, ratio, spread, table } from './table.ts';

export type Show = (figure: Figure) => string;

/** To the yardstick, whose own cells have the time of a call. */
export const showRatio: Show = (figure) => (figure.ratio ? spread(figure.ratio, ratio) : duration(figure.value.median));
export const showBytes: Show = ({ value }) => spread(value, bytes);

export interface Column {
  readonly metric: string;
  readonly title: string;
  readonly show: Show;
}

interface Row {
  readonly id: string;
  readonly title: string;
}

/** A row for everybody of whom anything was measured; nothing where there is none. */
export function figureTable(rows: readonly Row[], columns: readonly Column[], figures: readonly Figure[]): string {
  const found = (row: string, { metric, show }: Column): string => {
    const figure = figures.find((figure) => figure.metric === metric && figure.contender === row);
    return figure ? show(figure) : NONE;
  };
  const cells = rows
    .map(({ id, title }) => [title, ...columns.map((column) => found(id, column))])
    .filter((row) => row.slice(1).some((cell) => cell !== NONE));
  return cells.length === 0 ? '' : table(['', ...columns.map(({ title }) => title)], cells);
}
