import { CONTENDERS, type Contender } from './contenders.ts';
import { type Outcome, outcome } from './outcome.ts';
import { play } from './play.ts';
import { SCENES, type Scene } from './scene.ts';
import type { Counts } from './timeline.ts';

/** How one contender fared. */
export interface Result {
  readonly contender: Contender;
  readonly counts: Counts;
  readonly outcome: Outcome;
}

/** A scene with all its results, and what its figure needs beside. */
export interface Story {
  readonly id: string;
  readonly title: string;
  /** The top of the axis of load, in requests a second per client. */
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

/** Plays both scenes, with every contender. */
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
