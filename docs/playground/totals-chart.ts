import { h, type VNode } from 'vue';
import { axisEnd, Chart, formatMs, type Limit, limitLines, linear, lines, timeAxis } from './chart.ts';
import type { Bin, Summary } from './summary.ts';

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [40, 24, 18, 24, 190];

/** Draws the total time of calls. */
export function totalsChart({ bins, median, p95, longest, outcomes }: Summary, limits: readonly Limit[]): VNode {
  const highest = Math.max(1, ...bins.map(({ succeeded, failed }) => succeeded + failed));
  const most = axisEnd(
    longest,
    limits,
    outcomes.map(({ outcome }) => outcome),
  );
  const draw = (width: number): VNode[] => {
    const x = linear(most, LEFT, width - RIGHT, Math.max(3, Math.floor(width / 110)));
    const y = linear(highest, HEIGHT - BOTTOM, TOP, 4);
    const bar = ({ from, to }: Bin, paint: string, below: number, count: number): VNode =>
      h('rect', {
        class: paint,
        x: x(from) + 0.5,
        width: Math.max(1, x(to) - x(from) - 1),
        y: y(below + count),
        height: y(below) - y(below + count),
      });
    return [
      ...lines(y, LEFT, width - RIGHT, String),
      ...timeAxis(x, TOP - 6, HEIGHT - BOTTOM),
      ...bins.flatMap((bin) => [
        bar(bin, 'pg-success', 0, bin.succeeded),
        bar(bin, 'pg-failed', bin.succeeded, bin.failed),
      ]),
      ...limitLines(x, limits, most, TOP - 14, HEIGHT - BOTTOM),
    ];
  };
  return h(Chart, {
    title: 'Total time of calls, and their number',
    label: `Distribution of the total time: median ${formatMs(median)}, 95 % within ${formatMs(p95)}, longest ${formatMs(longest)}`,
    height: HEIGHT,
    keys: [
      { paint: 'pg-success', text: 'succeeded' },
      { paint: 'pg-failed', text: 'failed' },
    ],
    draw,
  });
}
