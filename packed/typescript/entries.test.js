// Every entry gives ES modules and CommonJS the same names. An entry that has side effects may have none.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

const require = createRequire(import.meta.url);
// The set-up modules load only in their test runner.
const RUNNERS = /\/(vitest|jest|node)$/;
const INTEROP = ['default', 'module.exports', '__esModule'];
const namesOf = (module) =>
  Object.keys(module)
    .filter((name) => !INTEROP.includes(name))
    .sort();

for (const name of ['core', 'fetch', 'opentelemetry', 'pino', 'prometheus', 'testing', 'transient']) {
  const manifest = JSON.parse(readFileSync(`node_modules/@stamina/${name}/package.json`, 'utf8'));
  for (const [path, { import: esm }] of Object.entries(manifest.exports)) {
    const specifier = `@stamina/${name}${path.slice(1)}`;
    if (!esm || RUNNERS.test(path)) continue;
    test(`import and require of ${specifier} give the same names`, async () => {
      const imported = namesOf(await import(specifier));
      assert.deepEqual(imported, namesOf(require(specifier)));
      assert.equal(imported.length > 0, !(manifest.sideEffects || []).includes(esm.default));
    });
  }
}
