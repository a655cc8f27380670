import { bytesTable, scheduleTable, settleTable, timeTable, variantTable, waitingBytesTable } from './calls/tables.ts';
import { coreTable } from './core-table.ts';
import type { Processes } from './effort.ts';
import { connectionsPerCallTable, fetchTable, mostConnectionsTable } from './fetch/tables.ts';
import { goalTable } from './goals.ts';
import type { BenchResults } from './measured.ts';
import { moduleTable } from './modules/table.ts';
import { settingLine } from './setting.ts';

/** What `pnpm bench` measured, as Markdown, by the names that the README has for its parts. */
export function benchBlocks(results: BenchResults): Record<string, string> {
  const { calls, waiting, modules, fetch, effort, versions } = results;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const taken = ({ own, others }: Processes, rounds: number) =>
    `${others} processes of ${rounds} rounds, ${own} for stamina`;
  const how = `${taken(effort.processes, effort.rounds)}; HTTP: ${taken(effort.fetchProcesses, effort.fetchRounds)}`;
  return {
    setting: `${settingLine(results)}; ${how}; took ${Math.ceil(results.minutes)} min.\n\n${list.join(', ')}.`,
    goals: goalTable(results),
    ...(calls && waiting && modules && { core: coreTable(results) }),
    ...(calls && { time: timeTable(calls), bytes: bytesTable(calls) }),
    ...(waiting && {
      'waiting-heap': waitingBytesTable(waiting),
      'waiting-schedule': scheduleTable(waiting),
      'waiting-settle': settleTable(waiting),
    }),
    ...(calls && waiting && { options: variantTable([...calls, ...waiting]) }),
    ...(modules && { modules: moduleTable(modules) }),
    ...(fetch && {
      fetch: fetchTable(fetch),
      'fetch-connections': connectionsPerCallTable(fetch),
      'fetch-most': mostConnectionsTable(fetch),
    }),
  };
}
