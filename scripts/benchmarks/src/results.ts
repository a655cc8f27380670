import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** The figures of a benchmark, and where they were measured. */
export interface Results<Measured> {
  /** The date, Node and the machine. */
  readonly setting: string;
  /** The exact versions of the peers. */
  readonly versions: string;
  readonly figures: Measured;
}

export function setting(): Omit<Results<unknown>, 'figures'> {
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const peers = Object.entries(dependencies).filter(([, version]) => !version.startsWith('workspace:'));
  const cores = `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}`;
  const date = new Date().toISOString().slice(0, 10);
  return {
    setting: `${date}, Node ${process.version}, ${cores}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: peers.map(([name, version]) => `${name} ${version}`).join(', '),
  };
}

const FILE = join(import.meta.dirname, '../results.json');

const readAll = (): Record<string, Results<object>> => JSON.parse(readFileSync(FILE, 'utf8'));

export function readResults<Measured>(name: string): Results<Measured> | undefined {
  return readAll()[name] as Results<Measured> | undefined;
}

/** Writes the results of one benchmark, with a line for each figure, and keeps those of the others. */
export function writeResults(name: string, results: Results<object>): void {
  const all = Object.entries({ ...readAll(), [name]: results }).map(([name, { figures, ...rest }]) => {
    const head = Object.entries(rest).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
    const lines = Object.entries(figures).map(
      ([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    return `  ${JSON.stringify(name)}: {\n${head.join('\n')}\n    "figures": {\n${lines.join(',\n')}\n    }\n  }`;
  });
  writeFileSync(FILE, `{\n${all.join(',\n')}\n}\n`);
}

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

const QUICK_AND_SAVE = {
  quick: { type: 'boolean', default: false },
  save: { type: 'boolean', default: false },
} as const;

/** Reads the flags and the names that all commands share. */
export function readFlags(): { values: { quick: boolean; save: boolean }; positionals: string[] } {
  const { values, positionals } = parseArgs({ options: QUICK_AND_SAVE, allowPositionals: true });
  if (values.quick && values.save) throw new RangeError('--save needs a whole run: leave out --quick');
  return { values, positionals };
}
