import { type Result, type Story, whole } from './tables.ts';

const WIDTH = 840;
const LOAD_LEFT = 194;
const ANSWERS_LEFT = 482;
const PANEL = { width: 236, height: 42 };
const OUTCOME_LEFT = 734;
const FIRST_ROW = 60;
const ROW_PITCH = 64;
const FONT = '-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif';

/**
 * The colours on a light page and on a dark one. The colour-blind can tell `load` from `success`. The figure paints its `page`
 * itself, because some browsers go by the system instead of the page, and ink must stay readable.
 */
const COLOURS = {
  page: ['#ffffff', '#1b1b1f'],
  ink: ['#1f2328', '#f0f6fc'],
  faint: ['#59636e', '#9ea7b3'],
  grid: ['#d1d9e0', '#3d444d'],
  outage: ['#eaeef2', '#2a313a'],
  load: ['#d55e00', '#f0883e'],
  success: ['#0072b2', '#56b4e9'],
  wasted: ['#a8b1bb', '#6e7681'],
} as const;

/** Names each colour, so that the page that shows the figure chooses between light and dark. */
const theme = Object.fromEntries(Object.keys(COLOURS).map((name) => [name, `var(--${name})`])) as Record<
  keyof typeof COLOURS,
  string
>;

const declared = (dark: 0 | 1): string =>
  `:root{${Object.entries(COLOURS)
    .map(([name, pair]) => `--${name}:${pair[dark]}`)
    .join(';')}}`;
const STYLE = [
  declared(0),
  `@media(prefers-color-scheme:dark){${declared(1)}}`,
  '.h{font-size:13px;font-weight:600}.m{font-size:13px}.s{font-size:11px}',
].join('');

/** Draws a row for each contender with its load, the answers and the outcome. */
export function figure({ scene, results, title, loadPerClient }: Story): string {
  const bottom = FIRST_ROW + (results.length - 1) * ROW_PITCH + PANEL.height;
  const height = bottom + 38;
  const beforeSeconds = scene.beforeMs / 1_000;
  const seconds = (scene.beforeMs + scene.outageMs + scene.afterMs) / 1_000;
  const capacity = scene.clients * scene.capacityPerClient;
  const shown = (counts: readonly number[]) => Array.from({ length: seconds }, (_, second) => counts[second] ?? 0);

  const write = (x: number, y: number, style: string, fill: string, content: string): string =>
    text('text', { x, y, class: style, fill }, content);

  const time = (left: number): string[] => {
    const x = (second: number): number => left + ((second + beforeSeconds) / seconds) * PANEL.width;
    const [down, up] = [x(0), x(scene.outageMs / 1_000)];
    const centred = (at: number, y: number, content: string): string =>
      text('text', { x: at, y, 'text-anchor': 'middle', class: 's', fill: theme.faint }, content);
    const marks: string[] = [];
    for (let second = -beforeSeconds; second <= seconds - beforeSeconds; second += 10) {
      marks.push(centred(x(second), bottom + 15, String(second).replace('-', '−')));
    }
    return [
      element('rect', {
        x: down,
        y: FIRST_ROW - 18,
        width: up - down,
        height: bottom - FIRST_ROW + 18,
        fill: theme.outage,
      }),
      centred((down + up) / 2, FIRST_ROW - 23, 'down'),
      ...marks,
      centred(left + PANEL.width / 2, bottom + 31, 'seconds since the server went down'),
    ];
  };

  const row = ({ contender, counts, outcome }: Result, index: number): string[] => {
    const top = FIRST_ROW + index * ROW_PITCH;
    const middle = top + PANEL.height / 2;
    const common = { ...PANEL, top, capacity, named: index === 0 };
    const load = [{ colour: theme.load, counts: shown(counts.requests) }];
    const answers = [
      { colour: theme.success, counts: shown(counts.successes) },
      { colour: theme.wasted, counts: shown(counts.wasted) },
    ];
    const { lost, recoveredAfter } = outcome;
    const recovery =
      recoveredAfter === undefined ? `still not after ${scene.afterMs / 1_000} s` : `recovers in ${recoveredAfter} s`;
    return [
      ...titleLines(contender.title).map((line, index, { length }) =>
        write(0, middle + 4 + (index - (length - 1) / 2) * 16, contender.own ? 'h' : 'm', theme.ink, line),
      ),
      ...panel({ ...common, left: LOAD_LEFT, most: loadPerClient * scene.clients, layers: load }),
      ...panel({ ...common, left: ANSWERS_LEFT, most: capacity, layers: answers }),
      write(OUTCOME_LEFT, middle - 2, 'h', theme.ink, `${whole(lost)} lost`),
      write(OUTCOME_LEFT, middle + 14, 's', theme.faint, recoveredAfter === 0 ? 'recovers at once' : recovery),
    ];
  };

  const words = (parts: readonly (readonly [fill: string, content: string])[]): string[] =>
    parts.map(([fill, content]) => text('tspan', { fill }, content));
  const content = [
    text('title', {}, title),
    text('style', {}, STYLE),
    element('rect', { width: WIDTH, height, fill: theme.page }),
    ...time(LOAD_LEFT),
    ...time(ANSWERS_LEFT),
    write(LOAD_LEFT, 15, 'h', theme.load, 'Offered load, requests/s'),
    element(
      'text',
      { x: ANSWERS_LEFT, y: 15, class: 'h', fill: theme.ink },
      words([
        [theme.success, 'Successes/s'],
        [theme.ink, ' and '],
        [theme.faint, 'late answers/s'],
      ]),
    ),
    write(OUTCOME_LEFT, 15, 'h', theme.ink, `${whole(results[0]?.outcome.begun ?? 0)} calls`),
    ...results.flatMap(row),
  ];
  const size = { viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height };
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img', 'font-family': FONT };
  return `${element('svg', attributes, [`\n${content.join('\n')}\n`])}\n`;
}

/** Breaks a long title after its comma. In the widest fonts, it would otherwise run into the axis. */
function titleLines(title: string): string[] {
  return title.length > 20 ? title.split(/(?<=,) /) : [title];
}

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
}

function panel({ left, top, width, height, most, capacity, named, layers }: Panel): string[] {
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

type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Two decimal places are finer than any screen, and are the same on every machine. */
const write = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value);

/** Writes an element that holds other elements. */
export function element(name: string, attributes: Attributes, content: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${write(value)}"`);
  const tag = `${name}${written.join('')}`;
  return content.length === 0 ? `<${tag}/>` : `<${tag}>${content.join('')}</${name}>`;
}

/** Writes an element that holds only text. */
export function text(name: string, attributes: Attributes, content: string): string {
  return element(name, attributes, [escaped(content)]);
}
