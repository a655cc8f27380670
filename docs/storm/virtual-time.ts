// It is imported, because `install` replaces the globals.
import { setImmediate as turn } from 'node:timers/promises';

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
