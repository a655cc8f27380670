import type { Quartiles } from './statistics.ts';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Writes a Markdown table whose first column is text, and whose others are numbers. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(header), line(header.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

/** Stands for what was not measured. */
export const NONE = '–';

/** Writes a median, and the quartiles in brackets if they differ. */
export const spread = (quartiles: Quartiles, format: (value: number) => string): string => {
  const [q1, median, q3] = quartiles.map(format) as [string, string, string];
  return q1 === q3 ? median : `${median} (${q1}–${q3})`;
};

export const ratio = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const milliseconds = (value: number): string => value.toFixed(2);
export const duration = (ns: number): string => {
  if (ns < 1_000) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1_000).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
};
