import { type Setting, settingLine } from '../setting.ts';
import { table } from '../table.ts';

export type Phase = 'before' | 'during' | 'after';

/** What came to one origin in a phase. */
export interface Count {
  calls: number;
  requests: number;
  answered: number;
}

/** What `pnpm outage` measured. */
export interface OutageResults extends Setting {
  readonly callsPerSecond: number;
  readonly outageSeconds: number;
  readonly origins: readonly { readonly title: string; readonly counts: Record<Phase, Count> }[];
}

const PHASES: readonly Phase[] = ['before', 'during', 'after'];

/** As Markdown, by the names that READMEs have for its parts. */
export function outageBlocks(results: OutageResults): Record<string, string> {
  const { callsPerSecond, outageSeconds, origins } = results;
  const load = origins.map(({ title, counts }) => [
    title,
    ...PHASES.map((phase) => (counts[phase].requests / counts[phase].calls).toFixed(2)),
  ]);
  const answered = origins.map(({ title, counts }) => [
    title,
    ...PHASES.map((phase) => `${Math.round((counts[phase].answered / counts[phase].calls) * 100)} %`),
  ]);
  const how = `${callsPerSecond} calls a second to each of two origins, one of which answers 503 for ${outageSeconds} s`;
  return {
    'outage-setting': `${settingLine(results)}: ${how}.`,
    'outage-requests': table(['requests per call', ...PHASES], load),
    'outage-answered': table(['answered', ...PHASES], answered),
  };
}
