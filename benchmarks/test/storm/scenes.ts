import { SCENES, type Scene } from '../../src/storm/scene.ts';

/** A small scene in which the network loses nothing. */
export const sceneOf = (change: Partial<Scene>): Scene => ({ ...SCENES.herd, lossRate: 0, clients: 100, ...change });

/** One client that calls once, at the moment at which the server goes down for good, from no distance. */
export const ONE_CALL: Scene = sceneOf({
  clients: 1,
  // Its calls of every day come later than the scene ends.
  callEveryMs: 1e9,
  beforeMs: 1,
  roundTripMs: [0, 0],
  outageMs: 100_000,
});
