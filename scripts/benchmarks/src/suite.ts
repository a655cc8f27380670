import type { Figures } from './results.ts';

/** One thing to measure. */
export interface Case {
  readonly id: string;
  /** The title of a column. */
  readonly title: string;
  /** Says what is measured, in a sentence for `--help`. */
  readonly says: string;
  /**
   * - `time`, of a call, as a ratio to the yardstick in the same rounds
   * - `bytes`, which a call allocates
   * - `heap`, which a call holds while it waits
   * - `turn`, the longest time between two turns of the event loop
   * - `import`, the time of a cold import
   * - `size`, in a bundle, of everything and of what the calls need
   */
  readonly measures: 'time' | 'bytes' | 'heap' | 'turn' | 'import' | 'size';
  /** The id of the contender that goals compare with. */
  readonly yardstick: string;
  /** Measured for every way to use stamina. Other cases leave out the contenders that are marked as a `way`. */
  readonly ways?: true;
  /** The only contenders that it is measured for. */
  readonly only?: readonly string[];
  /** Calls in flight at once. 1 by default. */
  readonly inFlight?: number;
  /** Attempts of each call that fail before one succeeds. 0 by default. */
  readonly failures?: number;
  /** Each failure has an error of its own. By default all share one, because a new error costs more than the rest. */
  readonly newErrors?: true;
  readonly timeoutMs?: number;
  /** The end of the waits of a `turn`: spread over a second, or by one abort. */
  readonly ends?: 'spread' | 'aborted';
  /** The waiting calls of a `turn`. 100,000 by default. */
  readonly waiting?: number;
  /** What goals compare with, if that is a number of milliseconds rather than a contender. */
  readonly limitMs?: number;
  /** The path of the server: it always answers 200, or first answers 503 with a body of 200 B or 64 KiB. */
  readonly path?: 'ok' | 'short' | 'long';
}

/** A library, a way to use it, or code written by hand. */
export interface Contender<Loaded> {
  readonly id: string;
  /** The title of a row. */
  readonly title: string;
  /** The most that stamina should need in each case, as a ratio to the yardstick. */
  readonly goals?: Readonly<Record<string, number>>;
  /** Shows what an option adds, or another way to write the same. */
  readonly way?: true;
  /** `false` for what does not retry every failure. */
  readonly retries?: false;
  /** The package, for `import` and `size`, and the names in it that the calls need. */
  readonly module?: string;
  readonly names?: string;
  /** `node` for a package that cannot be bundled for browsers. */
  readonly platform?: 'node';
  /** Imports it only when asked to, so that a process holds one contender. */
  readonly load: () => Promise<Loaded>;
}

export type SideName = 'yardstick' | 'subject';

/** A contender and its yardstick in one process, ready to be measured. */
export interface Pair {
  /** Returns a function that makes so many calls. */
  readonly makeSide: (name: SideName) => Promise<(calls: number) => Promise<void>>;
  /** Measures more than the calls, once they are over. */
  readonly finish?: () => Promise<Readonly<Record<string, Readonly<Record<SideName, number>>>>>;
}

export interface Suite {
  readonly name: 'calls' | 'fetch';
  readonly cases: readonly Case[];
  readonly contenders: readonly Contender<unknown>[];
  /** Rounds in a process, and processes for each cell. stamina's own are more, because its ratios are to be exact. */
  readonly effort: { readonly rounds: number; readonly own: number; readonly others: number };
  readonly makePair: (one: Case, contender: string) => Promise<Pair>;
}

/** Finds a row by its id. */
export function find<Row extends { readonly id: string }>(rows: readonly Row[], id: string): Row {
  const found = rows.find((row) => row.id === id);
  if (found) return found;
  throw new RangeError(`nothing is called \`${id}\`; there are ${rows.map(({ id }) => id).join(', ')}`);
}

/** Tells whether a case is measured for a contender. */
export function applies(
  { measures, ways, only, failures = 0, yardstick, path, limitMs }: Case,
  contender: Contender<unknown>,
): boolean {
  if (measures === 'import' || measures === 'size') return contender.module !== undefined;
  if (only) return only.includes(contender.id);
  if (contender.way && !ways) return false;
  if (contender.retries === false && (failures > 0 || (path !== undefined && path !== 'ok'))) return false;
  if (measures === 'turn') return contender.id === 'stamina' || (contender.id === yardstick && limitMs === undefined);
  // If both run in one process, the yardstick is measured beside each of the others.
  return contender.id !== yardstick || measures === 'heap';
}

/**
 * Compares stamina with its goals: coarsely, so that the result does not depend on the machine. A goal is a ratio to the
 * yardstick of the same run, or to a limit in milliseconds, and only more than twice the goal is a failure.
 */
export function beyondTwiceTheGoal(
  { cases, contenders }: Pick<Suite, 'cases' | 'contenders'>,
  figures: Figures,
): string[] {
  return contenders.flatMap(({ id, title, goals = {} }) =>
    Object.entries(goals).flatMap(([metric, goal]) => {
      const { measures, yardstick, limitMs } = find(cases, metric.split(':')[0] as string);
      const own = figures[metric]?.[id];
      if (own === undefined) return [];
      const isRatio = measures === 'time' && !metric.includes(':');
      // Other measures were not taken in the same moment. A busy machine disturbs the lower quartile least.
      const ratio = isRatio ? own[1] : own[0] / (limitMs ?? figures[metric]?.[yardstick]?.[0] ?? Number.NaN);
      if (ratio <= goal * 2) return [];
      const base = limitMs === undefined ? yardstick : `${limitMs} ms`;
      return [`${metric}: ${title} needs ${ratio.toFixed(2)} of ${base}, and its goal is ${goal}`];
    }),
  );
}
