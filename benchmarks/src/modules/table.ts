import { bytes, milliseconds, NONE, spread, table } from '../table.ts';
import { EMPTY } from './modules.ts';
import type { ModuleFigure } from './series.ts';

export const moduleTable = (figures: readonly ModuleFigure[]): string =>
  table(
    ['', 'import, ms', 'all of it: minified, B', 'gzip −9, B', 'what the calls here need: minified, B', 'gzip −9, B'],
    figures.map(({ module, importMs, all, used }) => [
      module === EMPTY ? 'an empty file' : module,
      spread(importMs, milliseconds),
      ...[all, used].flatMap((size) => (size ? [bytes(size.minified), bytes(size.gzipped)] : [NONE, NONE])),
    ]),
  );
