import { setImmediate as turn } from 'node:timers/promises';
import type { Retry } from '@stamina/core';
import { seeded } from '../playground/virtual-time.ts';
import type { Contender } from './contenders.ts';
import { type Counts, type Scene, Timeline } from './scene.ts';
import { type Request, Server } from './server.ts';

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

// It is imported, because `install` replaces the globals.

type Run = (first?: unknown, second?: unknown) => void;

interface Due {
  run: Run;
  readonly first: unknown;
  readonly second: unknown;
}

/** Time that passes in steps of a millisecond. A step is over when nothing is left to do in it. */
export class VirtualTime {
  now: number;
  readonly #due = new Map<number, Due[]>();

  constructor(startMs: number) {
    this.now = startMs;
  }

  /** Calls `run` in `ms` whole milliseconds. What is due at the same time runs in the order of these calls. */
  after(ms: number, run: Run, first?: unknown, second?: unknown): Due {
    const due = { run, first, second };
    const at = this.now + ms;
    const others = this.#due.get(at);
    if (others) others.push(due);
    else this.#due.set(at, [due]);
    return due;
  }

  /** Lets time pass until `tick`, which is called at the start of each millisecond, returns `over`. */
  async pass(tick: () => 'idle' | 'busy' | 'over'): Promise<void> {
    for (let state = tick(); state !== 'over'; state = tick()) {
      let due = this.#due.get(this.now);
      while (state === 'busy' || due) {
        state = 'idle';
        this.#due.delete(this.now);
        for (const { run, first, second } of due ?? []) run(first, second);
        // In one turn of the event loop, promises do everything that they have to do.
        await turn();
        due = this.#due.get(this.now);
      }
      this.now++;
    }
  }

  /** Replaces the timers, the clock and the randomness of this thread, which core uses. Returns a function that undoes it. */
  install(random: () => number): () => void {
    const { performance, setTimeout, clearTimeout } = globalThis;
    const own = Math.random;
    Math.random = random;
    Object.assign(globalThis, {
      performance: { now: () => this.now },
      setTimeout: (run: Run, ms: number, first: unknown, second: unknown) => this.after(ms, run, first, second),
      clearTimeout: (due: Due) => {
        due.run = () => {};
      },
    });
    return () => {
      Math.random = own;
      Object.assign(globalThis, { performance, setTimeout, clearTimeout });
    };
  }
}
