import type { Contender } from './contenders.ts';
import { YARDSTICK } from './contenders.ts';
import { CALL_METRICS, WAITING_METRICS } from './metrics.ts';
import type { Figure, ModuleFigure } from './plan.ts';
import type { Summary } from './statistics.ts';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(header), line(header.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

const withQuartiles = ({ q1, median, q3 }: Summary, format: (value: number) => string): string =>
  `${format(median)} (${format(q1)}–${format(q3)})`;

const fixed = (digits: number) => (value: number) => value.toFixed(digits);
const bytes = (value: number): string => Math.round(value).toLocaleString('en-US');
const duration = (ns: number): string => (ns < 1_000 ? `${ns.toFixed(0)} ns` : `${(ns / 1_000).toFixed(2)} µs`);

/** Times as ratios to the yardstick, whose own column has the time of one call. */
export const callTable = (figures: readonly Figure[], contenders: readonly Contender[]): string => {
  const measured = (metric: string, contender: string) =>
    figures.find((figure) => figure.metric === metric && figure.contender === contender);
  const columns = [YARDSTICK, ...contenders];
  const rowOf = (id: string, title: string, goal: string, format: (figure: Figure) => string) =>
    figures.some(({ metric }) => metric === id)
      ? [
          [
            title,
            goal,
            ...columns.map((contender) => {
              const figure = measured(id, contender.id);
              return figure ? format(figure) : '–';
            }),
          ],
        ]
      : [];
  const inBytes = (figure: Figure) => withQuartiles(figure.value, bytes);
  const asRatio = ({ value, ratio }: Figure) => (ratio ? withQuartiles(ratio, fixed(2)) : duration(value.median));
  const rows = [
    ...CALL_METRICS.flatMap(({ id, title, goal, meter }) =>
      meter === 'time'
        ? rowOf(id, `${title}, ×`, goal ? `≤ ${goal.toFixed(2)}` : '', asRatio)
        : rowOf(id, `${title}, B`, goal ? `≤ ${bytes(goal)}` : '', inBytes),
    ),
    ...WAITING_METRICS.flatMap(({ id, title, goal }) =>
      rowOf(id, `${title}, B`, goal ? `≤ ${bytes(goal)}` : '', inBytes),
    ),
  ];
  return table(['', 'goal', ...columns.map(({ title }) => title)], rows);
};

export const moduleTable = (modules: readonly ModuleFigure[], emptyMs: Summary): string =>
  table(
    ['', `import, ms, over an empty file's ${withQuartiles(emptyMs, fixed(2))}`, 'minified, B', 'gzip −9, B'],
    modules.map(({ module, importMs, minified, gzipped }) => [
      module,
      importMs ? withQuartiles(importMs, fixed(2)) : '–',
      minified === undefined ? '–' : bytes(minified),
      gzipped === undefined ? '–' : bytes(gzipped),
    ]),
  );
