/*
 * The code of two entries: the main one and the one for libraries. They are one file, because loading a second file would
 * take a tenth of the time of the import. Each has its own declarations, so TypeScript offers only the names of that
 * entry.
 */
// biome-ignore lint/performance/noReExportAll: this is the code of two entries.
export * from './index.ts';
// biome-ignore lint/performance/noReExportAll: see above.
export * from './library.ts';
