import type { Scene } from './scene.ts';
import type { Counts } from './timeline.ts';

/** What became of a scene. */
export interface Outcome {
  /** Most requests in a second. */
  readonly peak: number;
  /** Most requests in a second once the server was back. */
  readonly peakAfter: number;
  /** Seconds from the end of the outage until, for good, no more than one request in twenty fails; none if they still do. */
  readonly recoveredAfter: number | undefined;
  /** Calls that ended in an error: begun in the outage, and at other times. */
  readonly lostInOutage: number;
  readonly lostOtherwise: number;
  readonly lost: number;
  /** All calls. */
  readonly begun: number;
}

const TOLERATED = 1 / 20;

export function outcome(scene: Scene, counts: Counts): Outcome {
  const down = scene.beforeMs / 1_000;
  const back = (scene.beforeMs + scene.outageMs) / 1_000;
  const end = back + scene.afterMs / 1_000;
  const sum = (values: readonly number[], from = 0, to = values.length) =>
    values.slice(from, to).reduce((total, value) => total + value, 0);
  const { requests, failures, begun, lost } = counts;
  const isBad = (second: number): boolean => (failures[second] ?? 0) > (requests[second] ?? 0) * TOLERATED;
  let recovered = end;
  while (recovered > back && !isBad(recovered - 1)) recovered--;
  return {
    peak: Math.max(...requests),
    peakAfter: Math.max(...requests.slice(back)),
    recoveredAfter: recovered < end ? recovered - back : undefined,
    lostInOutage: sum(lost, down, back),
    lostOtherwise: sum(lost) - sum(lost, down, back),
    lost: sum(lost),
    begun: sum(begun),
  };
}
