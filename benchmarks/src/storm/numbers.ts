/** 12,345 */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** 0, 500, 60k, 1.25k, 1.2M: for axes. */
export const inThousands = (value: number): string => {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  return value >= 1_000 ? `${value / 1_000}k` : String(value);
};
