import { measureBundle } from '../bundle-size.ts';
import type { Effort } from '../effort.ts';
import { runJob } from '../job.ts';
import type { Series } from '../series.ts';
import { type Summary, summarize } from '../statistics.ts';
import { EMPTY, MODULES } from './modules.ts';

export interface ModuleFigure {
  readonly module: string;
  /** Of a cold import in a fresh process, in milliseconds. */
  readonly importMs: Summary;
  /** All of it, and what using it takes, bundled, in bytes. */
  readonly all?: { readonly minified: number; readonly gzipped: number };
  readonly used?: { readonly minified: number; readonly gzipped: number };
}

/** Modules: how long a cold import takes, and how large they are in a bundle. */
export function moduleSeries(effort: Effort): { series: Series[]; figures: () => Promise<ModuleFigure[]> } {
  const cells = MODULES.map((found) => {
    const taken: number[] = [];
    const { module } = found;
    const sample = async (): Promise<void> =>
      void taken.push(await runJob<{ module: string }, number>('modules/import-child.js', { module }));
    return { ...found, taken, series: { title: `import ${module}`, passes: effort.imports, sample } };
  });
  const figures = (): Promise<ModuleFigure[]> =>
    Promise.all(
      cells.map(async ({ module, use, platform, taken }) => ({
        module,
        importMs: summarize(taken),
        ...(module !== EMPTY && { all: await measureBundle(module, '*', platform) }),
        ...(use && { used: await measureBundle(use, '{ prepare }', platform) }),
      })),
    );
  return { series: cells.map(({ series }) => series), figures };
}
