const SERIES = ['begun', 'lost', 'requests', 'successes', 'failures', 'wasted'] as const;

/** What is counted: calls begun, and of these, lost; requests; attempts that succeeded and failed; answers for nobody. */
export type Series = (typeof SERIES)[number];

/** Counts by the second; the first is that of `fromMs`. */
export type Counts = Readonly<Record<Series, readonly number[]>>;

/** Counts what happens in each second. */
export class Timeline {
  readonly #fromMs: number;
  readonly counts: Record<Series, number[]> = {
    begun: [],
    lost: [],
    requests: [],
    successes: [],
    failures: [],
    wasted: [],
  };

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  /** Counts one at the time `atMs`. */
  count(series: Series, atMs: number): void {
    const second = Math.floor((atMs - this.#fromMs) / 1_000);
    const counts = this.counts[series];
    while (counts.length <= second) counts.push(0);
    (counts[second] as number)++;
  }
}
