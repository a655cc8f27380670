import { CONTENDERS } from './calls/contenders.ts';
import { CALL_METRICS, WAITING_METRICS } from './calls/metrics.ts';
import { OWN } from './effort.ts';
import { CONTENDERS as CLIENTS } from './fetch/contenders.ts';
import { FETCH_METRICS } from './fetch/metrics.ts';
import type { BenchResults } from './measured.ts';
import type { Figure } from './statistics.ts';
import { bytes, milliseconds, NONE, ratio, table } from './table.ts';

interface Candidate {
  readonly title: string;
  readonly value: number;
}

/** What stamina means to stay below, beside the best of the others. */
interface Goal {
  readonly title: string;
  readonly limit: number;
  readonly own: number;
  readonly best: Candidate | undefined;
  readonly format: (value: number) => string;
}

const PEERS = CONTENDERS.filter(({ id, retries, variant }) => retries && !variant && !id.startsWith(OWN));
const CLIENT_PEERS = CLIENTS.filter(({ id }) => !/^(bare|loop|stamina)/.test(id));

const least = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>(
    (best, one) => (best === undefined || one.value < best.value ? one : best),
    undefined,
  );

type Kind = 'value' | 'ratio';

function figureGoal(
  title: string,
  limit: number | undefined,
  metric: string,
  kind: Kind,
  figures: readonly Figure[] = [],
  peers: readonly { id: string; title: string }[] = PEERS,
): Goal[] {
  const medianOf = (id: string) => figures.find((one) => one.metric === metric && one.contender === id)?.[kind]?.median;
  const own = medianOf(OWN);
  if (limit === undefined || own === undefined) return [];
  const others = peers.flatMap(({ id, title }) => {
    const value = medianOf(id);
    return value === undefined ? [] : [{ title, value }];
  });
  return [{ title, limit, own, best: least(others), format: kind === 'ratio' ? ratio : bytes }];
}

function moduleGoals({ modules = [] }: BenchResults): Goal[] {
  const goal = (
    title: string,
    limit: number,
    module: string,
    peers: readonly string[],
    read: (figure: (typeof modules)[number]) => number | undefined,
    format: Goal['format'],
  ): Goal[] => {
    const candidates = modules.flatMap((figure) => {
      const value = read(figure);
      return value === undefined ? [] : [{ title: figure.module, value }];
    });
    const own = candidates.find((one) => one.title === module);
    if (!own) return [];
    return [
      { title, limit, own: own.value, best: least(candidates.filter((one) => peers.includes(one.title))), format },
    ];
  };
  const names = PEERS.flatMap(({ module }) => module ?? []);
  return [
    ...goal('bundled, gzip −9, B', 4_500, '@stamina/core', names, ({ all }) => all?.gzipped, bytes),
    ...goal('cold import, ms', 2.8, '@stamina/core', names, ({ importMs }) => importMs.median, milliseconds),
    ...goal(
      'fetch bundled, with core, gzip −9, B',
      8_000,
      '@stamina/fetch',
      ['ky', 'got', 'fetch-retry'],
      ({ all }) => all?.gzipped,
      bytes,
    ),
  ];
}

/** The goals of which something was measured. */
function goals(results: BenchResults): Goal[] {
  return [
    ...CALL_METRICS.flatMap(({ id, title, goal, meter }) =>
      meter === 'time'
        ? figureGoal(`${title}, × loop by hand`, goal, id, 'ratio', results.calls)
        : figureGoal(`allocated by a call, ${title}, B`, goal, id, 'value', results.calls),
    ),
    ...WAITING_METRICS.flatMap(({ id, title, goal }) =>
      figureGoal(`heap of a waiting call, ${title}, B`, goal, `${id}:bytes`, 'value', results.waiting),
    ),
    ...moduleGoals(results),
    ...FETCH_METRICS.flatMap(({ id, title, goal, connectionsGoal, path }) => [
      ...figureGoal(
        `fetch, ${title}, × ${path === 'ok' ? 'bare fetch' : 'loop by hand'}`,
        goal,
        id,
        'ratio',
        results.fetch,
        CLIENT_PEERS,
      ),
      ...figureGoal(
        `connections at once, ${title}`,
        connectionsGoal,
        `${id}:most`,
        'value',
        results.fetch,
        CLIENT_PEERS,
      ),
    ]),
  ];
}

export const goalTable = (results: BenchResults): string =>
  table(
    ['', 'goal', 'stamina', '', 'best of the others'],
    goals(results).map(({ title, limit, own, best, format }) => [
      title,
      `≤ ${format(limit)}`,
      format(own),
      own <= limit ? 'met' : '**missed**',
      best ? `${format(best.value)} ${best.title}` : NONE,
    ]),
  );
