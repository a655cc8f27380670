interface Entry {
  readonly at: number;
  readonly act: () => void;
}

/**
 * Runs actions in simulated time, the earliest first. Actions for the same time run in the order in which they were
 * added.
 */
export class Agenda {
  /** The simulated time, in ms. */
  now = 0;
  /** The entries, latest first, so that `pop` takes the next one. */
  readonly #entries: Entry[] = [];

  /** Adds an action for the time `at`, in ms. That time must not have passed yet. */
  add(at: number, act: () => void): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Entry).at > at) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { at, act });
  }

  /** Runs all actions, including those that are added meanwhile. */
  run(): void {
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      this.now = entry.at;
      entry.act();
    }
  }
}
