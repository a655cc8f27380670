import { whole } from './numbers.ts';
import type { Story } from './story.ts';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A table in Markdown: the first column is of names, the others are of numbers. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(header), line(header.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

/** How every contender fared. */
export function outcomeTable({ scene, results }: Story): string {
  const begun = whole(results[0]?.outcome.begun ?? 0);
  const header = [
    '',
    'peak load, requests/s',
    'once the server was back',
    'recovered after',
    `calls lost, of ${begun}`,
    'of these begun in the outage',
    'at other times',
  ];
  const rows = results.map(({ contender, outcome: { recoveredAfter, ...counts } }) => [
    contender.title,
    whole(counts.peak),
    whole(counts.peakAfter),
    recoveredAfter === undefined ? `still not after ${scene.afterMs / 1_000} s` : `${recoveredAfter} s`,
    whole(counts.lost),
    whole(counts.lostInOutage),
    whole(counts.lostOtherwise),
  ]);
  return table(header, rows);
}
