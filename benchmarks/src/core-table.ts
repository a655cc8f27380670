import { CONTENDERS, type Contender, YARDSTICK } from './calls/contenders.ts';
import type { BenchResults } from './measured.ts';
import type { Figure } from './statistics.ts';
import { bytes, duration, NONE, ratio, table } from './table.ts';

const COLUMNS = [
  YARDSTICK,
  ...CONTENDERS.filter(({ id }) => ['stamina', 'stamina-run', 'p-retry', 'cockatiel'].includes(id)),
];

const TIMES = {
  success: 'success',
  'success-no-timeout': 'success, no time limit',
  'one-failure': 'one failure, no wait',
  'three-failures': 'three failures, no wait',
  'in-flight': '1 000 in flight, one failure each',
};
const BYTES = {
  'bytes-success': 'allocated by a success, B',
  'bytes-one-failure': 'allocated by a call with one failure, B',
  'waiting-100k:bytes': 'heap of a call that waits, B',
};

/** The short form for the README of core: medians alone, beside two peers. */
export function coreTable({ calls = [], waiting = [], modules = [] }: BenchResults): string {
  const figures = [...calls, ...waiting];
  const row = (metric: string, title: string, show: (figure: Figure) => string): string[] => [
    title,
    ...COLUMNS.map(({ id }) => {
      const figure = figures.find((one) => one.metric === metric && one.contender === id);
      return figure ? show(figure) : NONE;
    }),
  ];
  const size = (title: string, part: 'all' | 'used'): string[] => [
    title,
    ...COLUMNS.map(({ module }: Contender) => {
      const found = modules.find((one) => one.module === module)?.[part];
      return found ? bytes(found.gzipped) : NONE;
    }),
  ];
  return table(
    ['', ...COLUMNS.map(({ title }) => title)],
    [
      ...Object.entries(TIMES).map(([metric, title]) =>
        row(metric, title, (figure) => (figure.ratio ? ratio(figure.ratio.median) : duration(figure.value.median))),
      ),
      ...Object.entries(BYTES).map(([metric, title]) => row(metric, title, ({ value }) => bytes(value.median))),
      size('bundled, gzip −9, all of it, B', 'all'),
      size('bundled, gzip −9, what these calls need, B', 'used'),
    ],
  );
}
