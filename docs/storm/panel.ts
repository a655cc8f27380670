import { whole } from './story.ts';
import { element, type Theme, text } from './svg.ts';

/** Counts in one colour. Each layer stands on the one before. */
export interface Layer {
  readonly colour: string;
  readonly counts: readonly number[];
}

/** A chart of counts for each second, without the time axis. */
export interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The highest count that fits. Of higher counts, the number is written above the panel. */
  readonly most: number;
  readonly capacity: number;
  /** Labels the dashed line. */
  readonly named: boolean;
  readonly layers: readonly Layer[];
  readonly theme: Theme;
}

export function panel({ left, top, width, height, most, capacity, named, layers, theme }: Panel): string[] {
  const bottom = top + height;
  const seconds = layers[0]?.counts.length ?? 0;
  const x = (second: number): number => left + (second / seconds) * width;
  const y = (count: number): number => bottom - (Math.min(count, most) / most) * height;

  const label = (atX: number, atY: number, anchor: string, fill: string, content: string): string =>
    text('text', { x: atX, y: atY, 'text-anchor': anchor, fill, class: 's' }, content);
  const level = (count: number, style: Record<string, string>): string =>
    element('line', { x1: left, x2: left + width, y1: y(count), y2: y(count), ...style });

  const axis = [0, most / 2, most].flatMap((count) => [
    level(count, { stroke: theme.grid }),
    label(left - 5, y(count) + 3.5, 'end', theme.faint, inThousands(count)),
  ]);
  const below: number[] = Array(seconds).fill(0);
  const areas = layers.flatMap(({ colour, counts }) => {
    const floor = [...below];
    for (const [second, count] of counts.entries()) (below[second] as number) += count;
    const d = outline(below, floor, x, y);
    return d === '' ? [] : [element('path', { d, fill: colour })];
  });
  const limit = level(capacity, { stroke: theme.ink, 'stroke-dasharray': '4 3' });
  const name = label(left + width, y(capacity) - 5, 'end', theme.ink, `capacity ${whole(capacity)}`);
  const cutOff = below.flatMap((count, second) => {
    const highest = count > most && count >= (below[second - 1] ?? 0) && count > (below[second + 1] ?? 0);
    return highest ? [label(x(second), top - 4, 'start', theme.ink, `↑ ${whole(count)}`)] : [];
  });
  return [...axis, ...areas, limit, ...(named ? [name] : []), ...cutOff];
}

/** Writes 0, 500, 60k, 1.25k or 1.2M, for axes. */
const inThousands = (value: number): string => {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  return value >= 1_000 ? `${value / 1_000}k` : String(value);
};

/** Draws steps along the upper counts and back along the lower ones. Draws nothing where they are the same. */
function outline(
  upper: readonly number[],
  lower: readonly number[],
  x: (second: number) => number,
  y: (count: number) => number,
): string {
  const at = (value: number): number => Math.round(value * 100) / 100;
  const parts = upper.flatMap((count, second) => {
    const floor = lower[second] as number;
    return count === floor
      ? []
      : [`M${at(x(second))} ${at(y(floor))}V${at(y(count))}H${at(x(second + 1))}V${at(y(floor))}Z`];
  });
  return parts.join('');
}
