import { h, type VNode } from 'vue';
import { axisEnd, Chart, formatMs, type Limit, limitLines, linear, timeAxis } from './chart.ts';
import type { Call } from './rehearsal.ts';
import { OUTCOMES } from './summary.ts';

/** Calls that are drawn. */
const RUNS = 14;
const [LEFT, TOP, BOTTOM, ROW] = [10, 18, 24, 17];
const RIGHT = 76;
const HEIGHT = TOP + RUNS * ROW + BOTTOM;

/** Calls one below the other: when they tried, when they waited, how they ended. */
export function runsChart(calls: readonly Call[], limits: readonly Limit[]): VNode {
  const shown = calls.slice(0, RUNS);
  const longest = Math.max(1, ...shown.map(({ total }) => total));
  const outcomes = shown.map(({ outcome }) => outcome);
  const most = axisEnd(longest, limits, outcomes);
  const draw = (width: number): VNode[] => {
    const x = linear(most, LEFT, width - RIGHT, Math.max(3, Math.floor(width / 110)));
    const row = (index: number): number => TOP + (index + 0.5) * ROW;
    return [
      ...timeAxis(x, TOP - 6, HEIGHT - BOTTOM),
      ...limitLines(x, limits, most, TOP - 14, HEIGHT - BOTTOM),
      ...shown.flatMap(({ attempts, total, outcome }, index) => [
        h('line', { class: 'pg-wait', x1: x(0), x2: x(total), y1: row(index), y2: row(index) }),
        ...attempts.map(({ from, to }, number) =>
          h('rect', {
            class: ['pg-attempt', outcome === 'success' && number === attempts.length - 1 && 'pg-success'],
            x: x(from),
            width: Math.max(2.5, x(to) - x(from)),
            y: row(index) - 4.5,
            height: 9,
            rx: 1.5,
          }),
        ),
        h(
          'text',
          { class: ['pg-end', outcome === 'success' ? 'pg-success' : 'pg-failed'], x: x(total) + 8, y: row(index) + 4 },
          OUTCOMES[outcome].mark,
        ),
      ]),
    ];
  };
  const ends = shown.map(
    ({ attempts, total, outcome }) => `${attempts.length} attempts, ${OUTCOMES[outcome].mark} after ${formatMs(total)}`,
  );
  return h(Chart, {
    title: `${RUNS} of the calls`,
    label: `Calls over time: ${ends.join('; ')}`,
    height: HEIGHT,
    keys: [
      { paint: 'pg-attempt', text: 'an attempt that failed' },
      { paint: 'pg-success', text: 'one that succeeded' },
      { paint: 'pg-wait', text: 'a wait' },
    ],
    draw,
  });
}
