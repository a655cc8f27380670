export interface Summary {
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

/** What was measured of one contender. */
export interface Figure {
  readonly metric: string;
  readonly contender: string;
  /** In ns, bytes or connections. */
  readonly value: Summary;
  /** To the yardstick in the same rounds. */
  readonly ratio?: Summary;
}

const quantile = (sorted: readonly number[], fraction: number): number => {
  const position = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  // More digits than noise leaves would only make the results longer.
  return Number((low + (high - low) * (position % 1)).toPrecision(5));
};

export const summarize = (values: readonly number[]): Summary => {
  const sorted = [...values].sort((a, b) => a - b);
  return { q1: quantile(sorted, 0.25), median: quantile(sorted, 0.5), q3: quantile(sorted, 0.75) };
};

/** Sample by sample: both were taken in the same round. */
export const ratios = (values: readonly number[], yardstick: readonly number[]): number[] =>
  values.map((value, index) => value / (yardstick[index] ?? Number.NaN));
