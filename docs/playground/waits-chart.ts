import { h, type VNode } from 'vue';
import { Chart, formatMs, formatShare, linear, lines } from './chart.ts';
import type { Call } from './rehearsal.ts';
import type { RetryRow } from './summary.ts';

/** More columns than this are too thin to read. */
const MOST_COLUMNS = 20;
/** Calls whose waits are drawn as dots. */
const DOTS = 60;
const [LEFT, TOP, BOTTOM, HEIGHT] = [56, 12, 40, 300];

/** The band in which the wait before each retry falls, and waits that fell in it. */
export function waitsChart(retries: readonly RetryRow[], calls: readonly Call[]): VNode {
  const shown = retries.slice(0, MOST_COLUMNS);
  const longest = Math.max(1, ...shown.map(({ to }) => to));
  const draw = (width: number): VNode[] => {
    const y = linear(longest * 1.05, HEIGHT - BOTTOM, TOP, 6);
    const column = (width - LEFT) / Math.max(shown.length, 1);
    const x = (retryNum: number): number => LEFT + (retryNum - 0.5) * column;
    const barWidth = Math.min(column * 0.64, 44);
    const everyLabel = column < 30 ? 2 : 1;
    return [
      ...lines(y, LEFT, width, formatMs),
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
            `retry ${retryNum}: ${formatMs(from)} to ${formatMs(to)}; ${formatShare(share)} of the calls had it`,
          ),
        ),
        ...(retryNum % everyLabel === 1 % everyLabel
          ? [
              h('text', { class: 'pg-tick', x: x(retryNum), y: HEIGHT - 22, 'text-anchor': 'middle' }, retryNum),
              h(
                'text',
                { class: 'pg-share', x: x(retryNum), y: HEIGHT - 6, 'text-anchor': 'middle' },
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
      height: HEIGHT,
      keys: [
        { paint: 'pg-band', text: 'drawn from here, evenly' },
        { paint: 'pg-dot', text: 'drawn' },
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
    'Below each retry: how many of the calls had it.',
    ...(retries.some(({ share }) => share === 0) ? ['Dashed: no call came so far.'] : []),
    ...(more > 0 ? [`${more} more retries are not drawn.`] : []),
  ].join(' ');
}
