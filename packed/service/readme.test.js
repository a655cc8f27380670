// Runs the first programs of the READMEs, and compares what they print with what the READMEs show.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';

/** Removes what differs from run to run: numbers, the name of the host, and the path of the program. */
const normalize = (output) =>
  output
    .replaceAll(/"hostname":"[^"]*"/g, '"hostname":""')
    .replaceAll(/file:\/\/[^:]+/g, 'file')
    .replaceAll(/\d+(\.\d+)?/g, '0');

for (const [name, first] of [
  ['pino', 'loadOrders'],
  ['prometheus', 'register.metrics()).split'],
]) {
  test(`the program of ${name} prints what its README shows`, async () => {
    const readme = readFileSync(`node_modules/@stamina/${name}/README.md`, 'utf8');
    const blocks = Array.from(readme.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language, text]) => ({
      language,
      text,
    }));
    const program = blocks.find(({ language, text }) => language === 'ts' && text.includes(first)).text;
    writeFileSync(`${name}.mjs`, program);
    const args = ['--stack-trace-limit=1', `${name}.mjs`];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const shown = blocks.filter(({ language }) => /json|text/.test(language)).map(({ text }) => normalize(text));
    assert.ok(shown.includes(normalize(stdout)), `the README of ${name} does not show\n${stdout}`);
  });
}
