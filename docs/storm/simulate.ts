import type { Retry } from '@stamina/core';
import { seeded } from '../playground/virtual-time.ts';
import type { Contender } from './contenders.ts';
import { type Counts, Timeline } from './outcome.ts';
import type { Scene } from './scene.ts';
import { type Request, Server } from './server.ts';
import { VirtualTime } from './virtual-time.ts';

/** Plays the scene with clients that all retry in the way of the contender. */
export async function simulate(scene: Scene, contender: Contender, seed: number): Promise<Counts> {
  // Each has a stream of its own, so that the same clients call at the same moments for every contender.
  const [ofClients, ofServer, ofRetries] = [seeded(seed * 3), seeded(seed * 3 + 1), seeded(seed * 3 + 2)];
  const time = new VirtualTime(-scene.beforeMs);
  const timeline = new Timeline(-scene.beforeMs);
  const server = new Server(scene, timeline, ofServer);
  const uninstall = time.install(ofRetries);
  const arrive = (request: unknown): void => server.accept(request as Request);
  const endMs = scene.outageMs + scene.afterMs;
  let open = 0;

  function send(num: number, roundTripMs: number): Promise<void> {
    return new Promise((succeed, fail) => {
      time.after(roundTripMs, arrive, { num, arrivedMs: 0, ended: false, succeed, fail } satisfies Request);
    });
  }

  function call(policy: Retry, roundTripMs: number): void {
    const begunMs = time.now;
    open++;
    timeline.count('begun', begunMs);
    policy
      .run(({ num }) => send(num, roundTripMs))
      .then(
        () => open--,
        () => {
          open--;
          timeline.count('lost', begunMs);
        },
      );
  }

  function connect(policy: Retry): void {
    const [least, most] = scene.roundTripMs;
    const roundTripMs = Math.round(least + ofClients() * (most - least));
    const firstMs = Math.floor(ofClients() * scene.callEveryMs);
    const again = (): void => {
      if (time.now >= endMs) return;
      call(policy, roundTripMs);
      time.after(scene.callEveryMs, again);
    };
    time.after(firstMs, again);
    if (ofClients() < scene.cutOff) time.after(scene.beforeMs, () => call(policy, roundTripMs));
  }

  try {
    for (let client = 0; client < scene.clients; ) {
      const policy = contender.policy(scene.limits);
      const last = Math.min(client + scene.clientsPerProcess, scene.clients);
      for (; client < last; client++) connect(policy);
    }
    await time.pass(() => {
      const didWork = server.work(time.now);
      if (time.now >= endMs && open === 0) return 'over';
      return didWork ? 'busy' : 'idle';
    });
  } finally {
    uninstall();
  }
  return timeline.counts;
}
