/** Maps values from 0 to `most` to pixels, and has round numbers to label them by. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** A scale from 0 to `most` between the pixels `start` and `end`, with about `count` ticks. */
export function linear(most: number, start: number, end: number, count: number): Scale {
  const top = Math.max(most, 1);
  const step = roundStep(top / count);
  const ticks = Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, index) => index * step);
  return Object.assign((value: number) => start + ((end - start) * value) / top, { ticks });
}

/** The round number that is next above `raw`: 1, 2 or 5 with zeros. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= raw) as number;
  return Math.max(1, step * power);
}
