/** What happens when, in time that passes only as it is done: the earliest first, and at one time in the order of its adding. */
export class Agenda {
  now = 0;
  /** The latest first. */
  readonly #entries: { readonly at: number; readonly act: () => void }[] = [];

  /** Plans `act` for the time `at`, which is not over. */
  add(at: number, act: () => void): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as { readonly at: number }).at > at) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { at, act });
  }

  /** Does all of it. */
  run(): void {
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      this.now = entry.at;
      entry.act();
    }
  }
}
