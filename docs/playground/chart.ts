import { defineComponent, h, onBeforeUnmount, onMounted, type PropType, ref, type VNode } from 'vue';

/** Explains a mark in a chart. */
export interface Key {
  /** The class that paints the mark. */
  readonly paint: string;
  readonly text: string;
}

/** A picture that is drawn for its own width, so that its text has the size of other text. */
export const Chart = defineComponent({
  props: {
    title: { type: String, required: true },
    /** A description for people who do not see the picture. */
    label: { type: String, required: true },
    height: { type: Number, required: true },
    keys: { type: Array as PropType<readonly Key[]>, required: true },
    draw: { type: Function as PropType<(width: number) => VNode[]>, required: true },
  },
  setup(props, { slots }) {
    const frame = ref<HTMLElement>();
    const width = ref(0);
    let observer: ResizeObserver | undefined;
    onMounted(() => {
      observer = new ResizeObserver(([entry]) => {
        width.value = Math.floor(entry?.contentRect.width ?? 0);
      });
      observer.observe(frame.value as HTMLElement);
    });
    onBeforeUnmount(() => observer?.disconnect());
    return () =>
      h('figure', { class: 'pg-chart' }, [
        h('figcaption', [
          h('strong', props.title),
          h(
            'span',
            { class: 'pg-keys' },
            props.keys.map(({ paint, text }) => h('span', [h('i', { class: `pg-key ${paint}` }), text])),
          ),
        ]),
        h('div', { ref: frame, class: 'pg-frame', style: { height: `${props.height}px` } }, [
          width.value > 0
            ? h(
                'svg',
                { width: width.value, height: props.height, role: 'img', 'aria-label': props.label },
                props.draw(width.value),
              )
            : undefined,
        ]),
        slots.default?.(),
      ]);
  },
});

/** Draws horizontal lines, with their values at the left. */
export function lines(y: Scale, left: number, right: number, format: (value: number) => string): VNode[] {
  return y.ticks.flatMap((tick) => [
    h('line', { class: 'pg-grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }),
    h('text', { class: 'pg-tick', x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, format(tick)),
  ]);
}

/** Draws a time axis at the bottom. */
export function timeAxis(x: Scale, top: number, bottom: number): VNode[] {
  return x.ticks.flatMap((tick) => [
    h('line', { class: 'pg-grid', x1: x(tick), x2: x(tick), y1: top, y2: bottom }),
    h(
      'text',
      { class: 'pg-tick', x: x(tick), y: bottom + 16, 'text-anchor': 'middle' },
      tick === 0 ? '0' : formatMs(tick),
    ),
  ]);
}

/** A limit by which calls may end. */
export interface Limit {
  readonly name: 'timeout' | 'deadline';
  readonly ms: number;
}

/** Returns the end of a time axis that shows the longest call, and the limits by which calls ended. */
export function axisEnd(longest: number, limits: readonly Limit[], outcomes: readonly string[]): number {
  return Math.max(longest, ...limits.filter(({ name }) => outcomes.includes(name)).map(({ ms }) => ms));
}

/** Draws a line at each limit that is within the chart. */
export function limitLines(x: Scale, limits: readonly Limit[], most: number, top: number, bottom: number): VNode[] {
  return limits
    .filter(({ ms }) => ms <= most)
    .flatMap(({ name, ms }) => {
      // The names are one above the other, because the limits may be equal.
      const y = name === 'timeout' ? top + 10 : top + 22;
      return [
        h('line', { class: 'pg-limit', x1: x(ms), x2: x(ms), y1: top, y2: bottom }),
        h('text', { class: 'pg-limit-text', x: x(ms) - 5, y, 'text-anchor': 'end' }, name),
      ];
    });
}

/** Formats a time for people, such as `350 ms`, `4.2 s` or `2 min`. */
export function formatMs(ms: number): string {
  if (ms === Infinity) return 'no limit';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${trimmed(ms / 1_000, ms < 10_000 ? 2 : 1)} s`;
  return `${trimmed(ms / 60_000, 1)} min`;
}

/** Formats a share from 0 to 1, such as `37 %`. Only 1 is `100 %`, and only 0 is `0 %`. */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 100 && share < 1) return '> 99 %';
  if (percent === 0 && share > 0) return '< 1 %';
  return `${percent} %`;
}

export function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** Maps values to pixels, and has round numbers as labels. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** Returns a scale from 0 to `most` between the pixels `start` and `end`, with about `count` ticks. */
export function linear(most: number, start: number, end: number, count: number): Scale {
  const top = Math.max(most, 1);
  const step = roundStep(top / count);
  const ticks = Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, index) => index * step);
  return Object.assign((value: number) => start + ((end - start) * value) / top, { ticks });
}

/** Rounds up to the next round number, which is 1, 2 or 5 with zeros. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= raw) as number;
  return Math.max(1, step * power);
}
