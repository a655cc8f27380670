import { panel } from './panel.ts';
import { type Result, type Story, whole } from './story.ts';
import { element, type Theme, text } from './svg.ts';

const WIDTH = 840;
const LOAD_LEFT = 194;
const ANSWERS_LEFT = 482;
const PANEL = { width: 236, height: 42 };
const OUTCOME_LEFT = 734;
const FIRST_ROW = 60;
const ROW_PITCH = 64;
const FONT = '-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif';
const STYLE = '.h{font-size:13px;font-weight:600}.m{font-size:13px}.s{font-size:11px}';

/** Draws a row for each contender with its load, the answers and the outcome. */
export function figure({ scene, results, title, loadPerClient }: Story, theme: Theme): string {
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
    const common = { ...PANEL, top, capacity, named: index === 0, theme };
    const load = [{ colour: theme.load, counts: shown(counts.requests) }];
    const answers = [
      { colour: theme.success, counts: shown(counts.successes) },
      { colour: theme.wasted, counts: shown(counts.wasted) },
    ];
    const { lost, recoveredAfter } = outcome;
    const recovery =
      recoveredAfter === undefined ? `still not after ${scene.afterMs / 1_000} s` : `recovers in ${recoveredAfter} s`;
    return [
      write(0, middle + 4, contender.own ? 'h' : 'm', theme.ink, contender.title),
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
