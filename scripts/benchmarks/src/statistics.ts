/** The median between the quartiles. */
export type Quartiles = readonly [q1: number, median: number, q3: number];

/** Figures by case and by contender. Times are ratios to the yardstick, except for its own. */
export type Figures = Record<string, Record<string, Quartiles>>;

const quantile = (sorted: readonly number[], fraction: number): number => {
  const position = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  // More digits would only be noise.
  return Number((low + (high - low) * (position % 1)).toPrecision(5));
};

export const summarize = (values: readonly number[]): Quartiles => {
  const sorted = [...values].sort((a, b) => a - b);
  return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
};
