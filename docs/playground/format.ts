/** A time for people: `350 ms`, `4.2 s`, `2 min`. */
export function formatMs(ms: number): string {
  if (ms === Infinity) return 'no limit';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${trimmed(ms / 1_000, ms < 10_000 ? 2 : 1)} s`;
  return `${trimmed(ms / 60_000, 1)} min`;
}

/** A share from 0 to 1: `37 %`. What is not all is not 100 %, and what is not nothing is not 0 %. */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 100 && share < 1) return '> 99 %';
  if (percent === 0 && share > 0) return '< 1 %';
  return `${percent} %`;
}

export function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
