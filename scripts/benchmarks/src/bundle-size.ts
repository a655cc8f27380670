import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { packages, valuesOf } from '../../packages.ts';

/** Returns what to write between `export` and `from` for all of a module. */
export function allNamesOf(specifier: string): string {
  const entry = packages.flatMap(({ entries }) => entries).find((found) => found.specifier === specifier);
  return entry ? `{ ${valuesOf(entry).join(', ')} }` : '*';
}

/**
 * Bytes of what `names` of a module need: minified by esbuild, then gzip −9. For browsers, unless `platform` says that it runs
 * in Node alone.
 */
export const measureBundle = async (
  module: string,
  names: string,
  platform: 'browser' | 'node' = 'browser',
): Promise<{ minified: number; gzipped: number }> => {
  const { outputFiles } = await build({
    stdin: { contents: `export ${names} from ${JSON.stringify(module)}`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform,
    write: false,
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
};
