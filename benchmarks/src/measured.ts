import type { Effort } from './effort.ts';
import type { ModuleFigure } from './modules/series.ts';
import type { Setting } from './setting.ts';
import type { Figure } from './statistics.ts';

/** What `pnpm bench` measured; a part that was not asked for is missing. */
export interface BenchResults extends Setting {
  readonly effort: Effort;
  readonly minutes: number;
  readonly calls?: readonly Figure[];
  readonly waiting?: readonly Figure[];
  readonly modules?: readonly ModuleFigure[];
  readonly fetch?: readonly Figure[];
}
