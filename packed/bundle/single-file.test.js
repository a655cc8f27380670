import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { flakyServer } from '@stamina/testing';
import { build } from 'esbuild';

for (const [format, extension] of [
  ['esm', 'mjs'],
  ['cjs', 'cjs'],
]) {
  for (const minify of [false, true]) {
    test(`one file, ${format}${minify ? ', minified' : ''}, runs where there is nothing else`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'single-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const outfile = join(folder, `command.${extension}`);
      const { warnings } = await build({
        entryPoints: ['command.ts'],
        bundle: true,
        platform: 'node',
        target: 'node20',
        format,
        minify,
        outfile,
        logLevel: 'silent',
      });
      assert.deepEqual(warnings, []);
      assert.deepEqual(readdirSync(folder), [`command.${extension}`]);

      const server = await flakyServer([{ status: 503, headers: { 'retry-after': '0' } }, { body: 'hello' }]);
      t.after(() => server.close());
      const { stdout } = await promisify(execFile)(process.execPath, [outfile, server.url], { cwd: folder });
      assert.equal(stdout, 'hello after 2 calls, and 2\n');
    });
  }
}
