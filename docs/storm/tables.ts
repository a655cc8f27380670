import { table } from '../../scripts/benchmarks/src/tables.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { play } from './play.ts';
import { type Counts, type Outcome, outcome, SCENES, type Scene } from './scene.ts';

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
    'peak once it was back',
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

/** A change of the scene. */
type Variation = readonly [what: string, change: Partial<Scene>];

const OUTAGES: readonly Variation[] = [
  ['as above', {}],
  ['an outage of 1 s', { outageMs: 1_000 }],
  ['an outage of 3 s', { outageMs: 3_000 }],
  ['an outage of 5 s', { outageMs: 5_000 }],
  ['an outage of 20 s', { outageMs: 20_000 }],
];

const HERD: readonly Variation[] = [
  ...OUTAGES,
  ['half the capacity', { capacityPerClient: 0.05 }],
  ['twice the capacity', { capacityPerClient: 0.2 }],
  ['a quarter of the clients cut off', { cutOff: 0.25 }],
  ['refusals cost nothing', { refusalCost: 0 }],
  ['refusals cost a quarter of an answer', { refusalCost: 0.25 }],
  ['the server hangs', { outage: 'hangs' }],
  ['round trips of up to 300 ms', { roundTripMs: [2, 300] }],
  ['a queue of 1.5 s', { queueMs: 1_500 }],
  ['no limit of attempts', { limits: { attempts: Infinity, timeout: 45_000 } }],
  [
    'an outage of 60 s, retried for 180 s',
    { outageMs: 60_000, afterMs: 60_000, limits: { attempts: Infinity, timeout: 180_000 } },
  ],
];

const OVERLOAD: readonly Variation[] = [
  ...OUTAGES,
  ['the server hangs', { outage: 'hangs' }],
  ['twice the capacity', { capacityPerClient: 0.05 }],
  ['four times the capacity', { capacityPerClient: 0.1 }],
  ['refusals cost nothing', { refusalCost: 0 }],
  ['a queue of 0.9 s', { queueMs: 900 }],
  ['a queue of 0.5 s', { queueMs: 500 }],
  ['four attempts', { limits: { attempts: 4, timeout: 45_000 } }],
];

/** Few clients. With so few, chance losses of the network would look like failures of the server, so there are none. */
const COMMON = { clients: 5_000, lossRate: 0 };
const SEEDS = [1, 2, 3];
/** Without retries every failed request is a lost call, in any scene. */
const COMPARED = CONTENDERS.filter(({ id }) => id !== 'none');

const percent = (share: number): number => Math.round(share * 100);

/** Writes the least and the most that was lost with the seeds, and the slowest recovery. */
function cell(outcomes: readonly Outcome[]): string {
  const shares = outcomes.map(({ lost, begun }) => percent(lost / begun)).sort((a, b) => a - b);
  const [least = 0, most = 0] = [shares[0], shares.at(-1)];
  const seconds = outcomes.map(({ recoveredAfter = Infinity }) => recoveredAfter).sort((a, b) => a - b);
  const latest = seconds.at(-1) as number;
  const recovery = latest === Infinity ? (seconds[0] === Infinity ? 'never' : 'never for some') : `${latest} s`;
  return `${least === most ? most : `${least}–${most}`} %, ${recovery}`;
}

async function variationTable(name: keyof typeof SCENES, variations: readonly Variation[]): Promise<string> {
  const scenes = variations.map(([, change]) => ({ ...SCENES[name], ...COMMON, ...change }));
  const jobs = scenes.flatMap((scene) =>
    COMPARED.flatMap(({ id }) => SEEDS.map((seed) => ({ scene, contender: id, seed }))),
  );
  const counts = (await play(jobs)).entries();
  const outcomes = [...counts].map(([index, own]) => outcome((jobs[index] as (typeof jobs)[number]).scene, own));
  const rows = variations.map(([what], row) => [
    what,
    ...COMPARED.map((_, column) => {
      const from = (row * COMPARED.length + column) * SEEDS.length;
      return cell(outcomes.slice(from, from + SEEDS.length));
    }),
  ]);
  return table(['calls lost, and recovered after', ...COMPARED.map(({ title }) => title)], rows);
}

/** Plays other scenes with fewer clients and several seeds, to show how far the figures depend on the chosen numbers. */
export async function otherScenes(): Promise<Record<string, string>> {
  return {
    'herd-varied': await variationTable('herd', HERD),
    'overload-varied': await variationTable('overload', OVERLOAD),
  };
}
