import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Bytes of a module with all it imports, or of what only `names` of it need: minified by esbuild, then gzip −9. For
 * browsers, unless `platform` says that it runs in Node alone.
 */
export const measureBundle = async (
  module: string,
  names = '*',
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
