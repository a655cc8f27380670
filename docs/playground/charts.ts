import { h, type VNode } from 'vue';
import { axisEnd, Chart, formatMs, formatShare, type Limit, limitLines, linear, lines, timeAxis } from './chart.ts';
import type { Call } from './rehearsal.ts';
import { type Bin, OUTCOMES, type RetryRow, type Summary } from './summary.ts';

/** More columns than this are too thin to read. */
const MOST_COLUMNS = 20;
/** Calls whose waits are drawn as dots. */
const DOTS = 60;

/** The band in which the wait before each retry falls, and waits that fell in it. */
export function waitsChart(retries: readonly RetryRow[], calls: readonly Call[]): VNode {
  const [left, top, bottom, height] = [56, 12, 40, 300];
  const shown = retries.slice(0, MOST_COLUMNS);
  const longest = Math.max(1, ...shown.map(({ to }) => to));
  const draw = (width: number): VNode[] => {
    const y = linear(longest * 1.05, height - bottom, top, 6);
    const column = (width - left) / Math.max(shown.length, 1);
    const x = (retryNum: number): number => left + (retryNum - 0.5) * column;
    const barWidth = Math.min(column * 0.64, 44);
    const everyLabel = column < 30 ? 2 : 1;
    return [
      ...lines(y, left, width, formatMs),
      ...shown.flatMap(({ retryNum, from, to, share }) => [
        h(
          'rect',
          {
            class: ['pg-band', share === 0 && 'pg-unreached'],
            x: x(retryNum) - barWidth / 2,
            width: barWidth,
            y: y(to) - 1,
            height: y(from) - y(to) + 2,
            rx: 3,
          },
          h(
            'title',
            `retry ${retryNum}: ${formatMs(from)} to ${formatMs(to)}; ${formatShare(share)} of the calls made it`,
          ),
        ),
        ...(retryNum % everyLabel === 1 % everyLabel
          ? [
              h('text', { class: 'pg-tick', x: x(retryNum), y: height - 22, 'text-anchor': 'middle' }, retryNum),
              h(
                'text',
                { class: 'pg-share', x: x(retryNum), y: height - 6, 'text-anchor': 'middle' },
                shareLabel(share),
              ),
            ]
          : []),
      ]),
      ...calls.slice(0, DOTS).flatMap(({ waits }, index) =>
        waits.slice(0, shown.length).map((wait, retry) =>
          h('circle', {
            class: 'pg-dot',
            // Beside each other, so that all are seen.
            cx: x(retry + 1) + (index / DOTS - 0.5) * barWidth * 0.8,
            cy: y(wait),
            r: 1.6,
          }),
        ),
      ),
    ];
  };
  const more = retries.length - shown.length;
  return h(
    Chart,
    {
      title: 'The wait before each retry',
      label: `For each retry the band in which its wait falls: ${shown.map(describe).join('; ')}`,
      height,
      keys: [
        { paint: 'pg-band', text: 'possible waits, all equally likely' },
        { paint: 'pg-dot', text: 'the wait of one call' },
      ],
      draw,
    },
    () => h('p', { class: 'pg-note' }, note(retries, more)),
  );
}

function describe({ retryNum, from, to }: RetryRow): string {
  return `retry ${retryNum}, ${formatMs(from)} to ${formatMs(to)}`;
}

function shareLabel(share: number): string {
  return formatShare(share).replaceAll(' ', '');
}

function note(retries: readonly RetryRow[], more: number): string {
  if (retries.length === 0) return 'One attempt, no retry.';
  return [
    'The percentage below a retry is the share of calls that made it.',
    ...(retries.some(({ share }) => share === 0) ? ['A dashed box means that no call came so far.'] : []),
    ...(more > 0 ? [`${more} more retries are not drawn.`] : []),
  ].join(' ');
}

/** Calls that are drawn. */
const RUNS = 14;

/** Calls one below the other: when they tried, when they waited, how they ended. */
export function runsChart(calls: readonly Call[], limits: readonly Limit[]): VNode {
  const [left, top, bottom, rowHeight] = [10, 18, 24, 17];
  const right = 76;
  const height = top + RUNS * rowHeight + bottom;
  const shown = calls.slice(0, RUNS);
  const longest = Math.max(1, ...shown.map(({ total }) => total));
  const outcomes = shown.map(({ outcome }) => outcome);
  const most = axisEnd(longest, limits, outcomes);
  const draw = (width: number): VNode[] => {
    const x = linear(most, left, width - right, Math.max(3, Math.floor(width / 110)));
    const row = (index: number): number => top + (index + 0.5) * rowHeight;
    return [
      ...timeAxis(x, top - 6, height - bottom),
      ...limitLines(x, limits, most, top - 14, height - bottom),
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
    height,
    keys: [
      { paint: 'pg-attempt', text: 'an attempt that failed' },
      { paint: 'pg-success', text: 'one that succeeded' },
      { paint: 'pg-wait', text: 'a wait' },
    ],
    draw,
  });
}

/** Draws the total time of calls. */
export function totalsChart({ bins, median, p95, longest, outcomes }: Summary, limits: readonly Limit[]): VNode {
  const [left, right, top, bottom, height] = [40, 24, 18, 24, 190];
  const highest = Math.max(1, ...bins.map(({ succeeded, failed }) => succeeded + failed));
  const most = axisEnd(
    longest,
    limits,
    outcomes.map(({ outcome }) => outcome),
  );
  const draw = (width: number): VNode[] => {
    const x = linear(most, left, width - right, Math.max(3, Math.floor(width / 110)));
    const y = linear(highest, height - bottom, top, 4);
    const bar = ({ from, to }: Bin, paint: string, below: number, count: number): VNode =>
      h('rect', {
        class: paint,
        x: x(from) + 0.5,
        width: Math.max(1, x(to) - x(from) - 1),
        y: y(below + count),
        height: y(below) - y(below + count),
      });
    return [
      ...lines(y, left, width - right, String),
      ...timeAxis(x, top - 6, height - bottom),
      ...bins.flatMap((bin) => [
        bar(bin, 'pg-success', 0, bin.succeeded),
        bar(bin, 'pg-failed', bin.succeeded, bin.failed),
      ]),
      ...limitLines(x, limits, most, top - 14, height - bottom),
    ];
  };
  return h(Chart, {
    title: 'Number of calls, by their total time',
    label: `Distribution of the total time: median ${formatMs(median)}, 95 % within ${formatMs(p95)}, longest ${formatMs(longest)}`,
    height,
    keys: [
      { paint: 'pg-success', text: 'succeeded' },
      { paint: 'pg-failed', text: 'failed' },
    ],
    draw,
  });
}
