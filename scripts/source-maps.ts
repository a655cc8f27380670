// A tarball has each source once: as a file in `src`, which source maps lead to. A private package is bundled and not packed,
// so the maps keep the text of its sources.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

interface SourceMap {
  readonly sources: readonly string[];
  sourcesContent?: readonly (string | null)[];
}

/** Removes the text of packed sources from the source maps of these files, which are in `dist`. */
export function dropPackedSources(folder: string, files: readonly string[]): void {
  const dist = join(folder, 'dist');
  for (const file of files) {
    const path = join(dist, `${file}.map`);
    if (!existsSync(path)) continue;
    const map: SourceMap = JSON.parse(readFileSync(path, 'utf8'));
    if (map.sourcesContent === undefined) continue;
    const isPacked = (source: string): boolean => !relative(folder, resolve(dist, source)).startsWith('..');
    const kept = map.sourcesContent.map((text, index) => (isPacked(map.sources[index] as string) ? null : text));
    if (kept.every((text) => text === null)) delete map.sourcesContent;
    else map.sourcesContent = kept;
    writeFileSync(path, JSON.stringify(map));
  }
}
