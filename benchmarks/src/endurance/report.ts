import { type Setting, settingLine } from '../setting.ts';
import { bytes, table } from '../table.ts';
import type { Endured } from './run.ts';
import { longest, type StallFigure } from './stalls.ts';
import { growth } from './verdict.ts';

/** What `pnpm endurance` measured. */
export interface EnduranceResults extends Setting, Endured {
  readonly periods: number;
  readonly periodMs: number;
  readonly stalls: readonly StallFigure[];
}

const WAITS: Record<StallFigure['waits'], string> = {
  spread: 'waits spread over a second',
  alike: 'waits all alike',
  aborted: 'one abort ends all',
};

const ms = (value: number): string => value.toFixed(0);

function leftTable({ snapshots, periodMs }: EnduranceResults): string {
  const kinds = [...new Set(snapshots.flatMap(({ left }) => Object.keys(left)))].sort();
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  const after = (index: number): string => `after ${Math.round((index * periodMs) / 1_000)} s`;
  const rows = [
    ['heap, B', ...[first, last].map((one) => bytes(one?.heap ?? Number.NaN))],
    ["the server's heap, B", ...[first, last].map((one) => bytes(one?.serverHeap ?? Number.NaN))],
    ...kinds.map((kind) => [kind, ...[first, last].map((one) => String(one?.left[kind] ?? 0))]),
  ];
  return table(['', after(1), after(snapshots.length)], rows);
}

function stallTable(stalls: readonly StallFigure[]): string {
  const rows = stalls.map((figure) => {
    const { wallMs, ownMs } = longest(figure);
    const who = figure.by === 'stamina' ? 'stamina' : 'loop by hand';
    return [`${figure.calls.toLocaleString('en-US')} retries, ${WAITS[figure.waits]}: ${who}`, ms(wallMs), ms(ownMs)];
  });
  return table(['', 'longest turn, ms', "of which the thread's own time"], rows);
}

/** As Markdown, by the names that the README has for its parts. */
export function enduranceBlocks(results: EnduranceResults): Record<string, string> {
  const { turns, tally } = results;
  const calls = Object.values(turns).reduce((sum, count) => sum + count, 0);
  const giveUps = Object.entries(tally.giveUps).map(([reason, count]) => `${bytes(count)} ${reason}`);
  const told = [
    `${bytes(calls)} turns of ${Object.keys(turns).length} kinds of traffic`,
    `${bytes(tally.retries)} retries`,
    `${bytes(tally.recoveries)} recoveries`,
    `given up: ${giveUps.join(', ')}`,
  ];
  const { client, server } = growth(results);
  const grown = `Since the first period the heap grew by ${bytes(client)} B, the server's by ${bytes(server)} B.`;
  return {
    endurance: `${settingLine(results)}: ${told.join('; ')}.\n\n${leftTable(results)}\n\n${grown}`,
    stalls: stallTable(results.stalls),
  };
}
