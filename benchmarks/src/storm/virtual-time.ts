// Imported, so that it stays the real one.
import { setImmediate as turn } from 'node:timers/promises';

type Run = (first?: unknown, second?: unknown) => void;

interface Due {
  run: Run;
  readonly first: unknown;
  readonly second: unknown;
}

/** Time that passes a millisecond at a step, and only once nothing is left to do in the one before. */
export class VirtualTime {
  now: number;
  readonly #due = new Map<number, Due[]>();

  constructor(startMs: number) {
    this.now = startMs;
  }

  /** Runs something in `ms` whole milliseconds, in the order in which it was asked for. */
  after(ms: number, run: Run, first?: unknown, second?: unknown): Due {
    const due = { run, first, second };
    const at = this.now + ms;
    const others = this.#due.get(at);
    if (others) others.push(due);
    else this.#due.set(at, [due]);
    return due;
  }

  /** Lets time pass, and `tick` at the start of each millisecond, until it is over. */
  async pass(tick: () => 'idle' | 'busy' | 'over'): Promise<void> {
    for (let state = tick(); state !== 'over'; state = tick()) {
      let due = this.#due.get(this.now);
      while (state === 'busy' || due) {
        state = 'idle';
        this.#due.delete(this.now);
        for (const { run, first, second } of due ?? []) run(first, second);
        // All that promises have to do is done in a turn of the event loop.
        await turn();
        due = this.#due.get(this.now);
      }
      this.now++;
    }
  }

  /** Puts this time and `random` in the place of this thread's own, where core looks for them; returns how to undo it. */
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
