/** Describes how values are distributed. At least half of them are at most `p50`, 90 % at most `p90`, and so on. */
export interface Distribution {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Returns the distribution of values. There must be at least one value. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  /** Returns the smallest value such that at least this percentage of all values are not greater. */
  const percentile = (percent: number): number => sorted[Math.ceil((sorted.length * percent) / 100) - 1] as number;
  return {
    min: sorted[0] as number,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50: percentile(50),
    p90: percentile(90),
    p99: percentile(99),
    max: percentile(100),
  };
}
