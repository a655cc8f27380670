import type { Figures, Quartiles, Results } from './results.ts';
import type { Case, Suite } from './suite.ts';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Writes a Markdown table whose first column is text, and whose others are numbers. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(header), line(header.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

/** Stands for what was not measured. */
const NONE = '–';

/** Writes a median, and the quartiles in brackets if they differ. */
const spread = (quartiles: Quartiles, format: (value: number) => string): string => {
  const [q1, median, q3] = quartiles.map(format) as [string, string, string];
  return q1 === q3 ? median : `${median} (${q1}–${q3})`;
};

const ratio = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const milliseconds = (value: number): string => value.toFixed(2);
const duration = (ns: number): string => {
  if (ns < 1_000) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1_000).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
};

interface Column {
  readonly metric: string;
  readonly title: string;
  readonly format: (value: number) => string;
  /** Its cells have the time of a call, because the others are ratios to it. */
  readonly yardstick?: string;
}
interface Row {
  readonly id: string;
  readonly title: string;
}

const FORMATS = { time: ratio, bytes: whole, heap: whole, turn: milliseconds, import: milliseconds, size: whole };

const column = ({ id, title, measures, yardstick }: Case): Column => ({
  metric: id,
  title,
  format: FORMATS[measures],
  ...(measures === 'time' && { yardstick }),
});

/** Writes a row for each contender of which something was measured. */
function figureTable(rows: readonly Row[], columns: readonly Column[], figures: Figures, show = spread): string {
  const cell = (row: string, { metric, format, yardstick }: Column): string => {
    const found = figures[metric]?.[row];
    if (!found) return NONE;
    return row === yardstick ? duration(found[1]) : show(found, format);
  };
  const written = rows
    .map(({ id, title }) => [title, ...columns.map((column) => cell(id, column))])
    .filter((row) => row.slice(1).some((cell) => cell !== NONE));
  return written.length === 0 ? '' : table(['', ...columns.map(({ title }) => title)], written);
}

/** Writes the median alone. */
const median = (quartiles: Quartiles, format: (value: number) => string): string => format(quartiles[1]);

const USED: Column = { metric: 'size:used', title: 'what the calls need, gzip −9, B', format: whole };

/** The columns and the peers that the README of core shows. */
const CORE_CASES = ['success', 'success-no-timeout', 'one-failure', 'three-failures', 'in-flight'];
const CORE_BYTES = ['bytes-success', 'bytes-one-failure', 'waiting', 'size'];
const CORE_ROWS = ['yardstick', 'stamina', 'stamina-run', 'p-retry', 'cockatiel'];

/** Writes the tables of a suite, by the names that READMEs have for them. */
export function blocksOf(
  { name, cases, contenders }: Suite,
  { setting, versions, figures }: Results<Figures>,
): Record<string, string> {
  const columns = (...measures: Case['measures'][]) =>
    cases.filter((one) => measures.includes(one.measures) && (name === 'fetch' || !one.only)).map(column);
  const peers = contenders.filter(({ way }) => !way);
  const modules = peers.filter(({ module }) => module).map(({ id, module = '' }) => ({ id, title: module }));
  const blocks: Record<string, string> = {
    [`${name}-setting`]: `${setting}. ${versions}.`,
    [`${name}-time`]: figureTable(name === 'fetch' ? contenders : peers, columns('time'), figures),
    [`${name}-modules`]: figureTable(
      modules,
      [...columns('import', 'size'), ...(name === 'calls' ? [USED] : [])],
      figures,
    ),
  };
  if (name === 'fetch') {
    const open = columns('time').map(({ metric, title }) => ({ metric: `${metric}:open`, title, format: whole }));
    return { ...blocks, 'fetch-open': figureTable(peers, open, figures, median) };
  }
  const own = contenders.filter(({ id, way }) => way || /^(yardstick|stamina(-run)?)$/.test(id));
  const withWays = cases.filter(({ ways, only }) => ways ?? only).map(column);
  return {
    ...blocks,
    memory: figureTable(peers, columns('bytes', 'heap'), figures),
    turns: figureTable(peers, columns('turn'), figures),
    ways: figureTable(own, withWays, figures),
    core: coreTable(cases, contenders, figures),
  };
}

/** Turns the table: the README of core has a column for each contender, and medians alone. */
function coreTable(cases: readonly Case[], contenders: readonly Row[], figures: Figures): string {
  const shown = CORE_ROWS.map((row) => contenders.find(({ id }) => id === row) as Row);
  const columns = [...CORE_CASES, ...CORE_BYTES].map((id) => column(cases.find((one) => one.id === id) as Case));
  const rows = [...columns, USED].map((one) => [
    one.title,
    ...shown.map(({ id }) => {
      const found = figures[one.metric]?.[id];
      if (!found) return NONE;
      return id === one.yardstick ? duration(found[1]) : one.format(found[1]);
    }),
  ]);
  return table(['', ...shown.map(({ title }) => title)], rows);
}

/** The things that an endurance run left, by kind, after its first period and after its last. */
export type Left = Record<string, readonly [first: number, last: number]>;

/** Writes what an endurance run left, by the name that the README has for it. */
export const enduranceBlocks = ({ setting, figures }: Results<Left>): Record<'endurance', string> => {
  const rows = Object.entries(figures).map(([kind, counts]) => [kind, ...counts.map(whole)]);
  return { endurance: `${setting}.\n\n${table(['', 'after the first period', 'after the last'], rows)}` };
};

export const PHASES = ['before', 'during', 'after'] as const;

/** The requests per call and the share of answered calls, by origin, in each phase of an outage. */
export type Loads = Record<string, { readonly requests: readonly number[]; readonly answered: readonly number[] }>;

/** Writes the loads of an outage, by the names that READMEs have for them. */
export function outageBlocks({ setting, figures }: Results<Loads>): Record<string, string> {
  const rows = (kind: 'requests' | 'answered', format: (value: number) => string) =>
    Object.entries(figures).map(([title, load]) => [title, ...load[kind].map(format)]);
  const requests = rows('requests', (value) => value.toFixed(2));
  const answered = rows('answered', (value) => `${Math.round(value * 100)} %`);
  return {
    'outage-setting': `${setting}.`,
    'outage-requests': table(['requests per call', ...PHASES], requests),
    'outage-answered': table(['answered', ...PHASES], answered),
  };
}

/** By kind of error: the ns and the bytes that each module takes to judge one. Bytes are measured if the answer is no. */
export type Judgements = Record<
  string,
  { readonly ns: Record<string, Quartiles>; readonly bytes: Record<string, number> }
>;

/** Writes the times of judging errors, by the names that the README has for them. */
export function errorsBlocks({ setting, figures }: Results<Judgements>): Record<string, string> {
  const modules = Object.keys(Object.values(figures)[0]?.ns ?? {});
  const rows = Object.entries(figures).map(([title, { ns, bytes }]) => [
    title,
    ...modules.map((name) => whole(ns[name]?.[1] ?? Number.NaN)),
    Object.keys(bytes).length === 0 ? NONE : whole(Math.max(...Object.values(bytes))),
  ]);
  return { 'errors-setting': `${setting}.`, errors: table(['ns', ...modules, 'allocated for *no*, B'], rows) };
}
