import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { flakyServer } from '@stamina/testing';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';

/** A command in one file, as it is put into a container or a Lambda. */
const COMMAND = `import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { fetch } from '@stamina/fetch';

class Commands {
  calls = 0;

  @retry({ on: Error, waitInitial: 1, waitJitter: 1 })
  async load(url: string): Promise<string> {
    if (++this.calls === 1) throw new Error('not yet');
    return (await fetch(url)).text();
  }
}

const commands = new Commands();
void commands.load(process.argv[2] as string).then((text) => {
  const answer = retrySync({ on: Error, waitInitial: 1, waitJitter: 1 }).run(({ num }) => {
    if (num === 1) throw new Error('not yet');
    return num;
  });
  console.log(\`\${text} after \${commands.calls} calls, and \${answer}\`);
});`;

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
        stdin: { contents: COMMAND, loader: 'ts', resolveDir: import.meta.dirname },
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

// A program that imports only `retry` does not bundle the rest.

/** The bundlers. Each returns a module minified. */
const bundlers = {
  async esbuild(contents) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
    });
    return outputFiles[0].text;
  },
  async rolldown(contents) {
    const entry = {
      name: 'entry',
      resolveId: (id) => (id === 'entry' ? id : null),
      load: (id) => (id === 'entry' ? contents : null),
    };
    const bundle = await rolldown({ input: 'entry', cwd: import.meta.dirname, plugins: [entry] });
    const { output } = await bundle.generate({ minify: true });
    await bundle.close();
    return output[0].code;
  },
};

/** Words that only the rest has, and that no bundler shortens: of the budget, test mode, blocks, libraries and synchronous code. */
const REST = ['balance', 'setTesting', '<block>', 'libraryPolicy', 'Atomics'];
/** The share of everything that `retry` may be, minified and gzipped. The rest is small, because it shares the code of `retry`. */
const MOST = 5 / 6;

for (const [name, bundle] of Object.entries(bundlers)) {
  describe(`with ${name}`, () => {
    test('`retry` brings no budget, no test mode, no blocks, nothing for libraries and no synchronous code', async () => {
      const [alone, all] = await Promise.all([
        bundle(`export { retry } from '@stamina/core'`),
        bundle(`export * from '@stamina/core'; export * from '@stamina/core/sync'`),
      ]);
      assert.deepEqual(
        REST.filter((word) => !all.includes(word)),
        [],
      );
      assert.deepEqual(
        REST.filter((word) => alone.includes(word)),
        [],
      );
      const [size, whole] = [alone, all].map((code) => gzipSync(code, { level: 9 }).length);
      assert.ok(size <= whole * MOST, `${size} of ${whole} bytes`);
      console.log(`${name}: ${size} of ${whole} bytes`);
    });

    test('an import that is not used brings nothing', async () => {
      const code = await bundle(
        `import { retry } from '@stamina/core'; import { fetch } from '@stamina/fetch'; export {};`,
      );
      assert.doesNotMatch(code, /\w{3}/);
    });
  });
}
