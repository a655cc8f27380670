import { table } from '../../scripts/benchmarks/src/tables.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { type Counts, type Outcome, outcome } from './outcome.ts';
import { play } from './play.ts';
import { SCENES, type Scene } from './scene.ts';

/** The result of one contender. */
export interface Result {
  readonly contender: Contender;
  readonly counts: Counts;
  readonly outcome: Outcome;
}

/** A scene with the results of all contenders. */
export interface Story {
  readonly id: string;
  readonly title: string;
  /** The top of the load axis, in requests a second per client. */
  readonly loadPerClient: number;
  readonly scene: Scene;
  readonly results: readonly Result[];
}

const STORIES = [
  { id: 'herd', title: 'Everyone is cut off at once', loadPerClient: 1.2, scene: SCENES.herd },
  {
    id: 'overload',
    title: 'A server that queues for longer than its clients wait',
    loadPerClient: 0.4,
    scene: SCENES.overload,
  },
] as const;

/** Plays both scenes with every contender. */
export async function tell(clients: number, seed: number): Promise<Story[]> {
  const stories = STORIES.map((story) => ({ ...story, scene: { ...story.scene, clients } }));
  const jobs = stories.flatMap(({ scene }) => CONTENDERS.map(({ id }) => ({ scene, contender: id, seed })));
  const counts = (await play(jobs)).values();
  return stories.map((story) => ({
    ...story,
    results: CONTENDERS.map((contender) => {
      const own = counts.next().value as Counts;
      return { contender, counts: own, outcome: outcome(story.scene, own) };
    }),
  }));
}

/** Writes a number as 12,345. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Writes the results of a story as a table. */
export function outcomeTable({ scene, results }: Story): string {
  const header = [
    '',
    'peak load, requests/s',
    'once the server was back',
    'recovered after',
    `calls lost, of ${whole(results[0]?.outcome.begun ?? 0)}`,
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
