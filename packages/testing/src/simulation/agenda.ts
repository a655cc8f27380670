interface Entry {
  readonly at: number;
  /** The number of entries that were added before this one. */
  readonly order: number;
  readonly act: () => void;
}

/**
 * Runs actions in simulated time, the earliest first. Actions for the same time run in the order in which they were
 * added.
 */
export class Agenda {
  /** The simulated time, in ms. */
  now = 0;
  /**
   * A binary heap. The parent of the entry at `index` is at `(index - 1) >> 1`, and runs before it. So it is fast to
   * add an entry or take the first one, even if a million calls are open. A sorted array would be slow, because it
   * moves many entries for each one that is added.
   */
  readonly #entries: Entry[] = [];
  #added = 0;

  /** Adds an action for the time `at`, in ms. That time must not have passed yet. */
  add(at: number, act: () => void): void {
    const entries = this.#entries;
    const entry = { at, order: this.#added++, act };
    let index = entries.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as Entry;
      if (isBefore(parent, entry)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  /**
   * Runs all actions that are due before `time`, including those that are added meanwhile. Then sets `now` to `time`.
   */
  runUntil(time: number): void {
    for (let first = this.#entries[0]; first && first.at < time; first = this.#entries[0]) {
      this.#removeFirst();
      this.now = first.at;
      first.act();
    }
    this.now = time;
  }

  /** Removes the first entry. The last entry takes its place, and sinks below all entries that run before it. */
  #removeFirst(): void {
    const entries = this.#entries;
    const last = entries.pop() as Entry;
    const { length } = entries;
    if (length === 0) return;
    let index = 0;
    for (let childIndex = 1; childIndex < length; childIndex = 2 * index + 1) {
      const sibling = entries[childIndex + 1];
      if (sibling && isBefore(sibling, entries[childIndex] as Entry)) childIndex++;
      const child = entries[childIndex] as Entry;
      if (isBefore(last, child)) break;
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
