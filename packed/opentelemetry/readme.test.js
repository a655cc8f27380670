// Does what the README says, with the SDK for version 1.9 of the API. The tests of the package use the newest SDK.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';

const readme = readFileSync('node_modules/@stamina/opentelemetry/README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({ language, text }));
const program = blocks.findIndex(({ text }) => text.includes('PeriodicExportingMetricReader'));
const run = async (...args) => (await promisify(execFile)(process.execPath, args)).stdout;

test('the program of the README prints what the README shows', async () => {
  writeFileSync('program.mjs', blocks[program].text);
  assert.equal(await run('program.mjs'), blocks[program + 1].text);
});

test('its other programs run, those that need nothing else', async () => {
  const others = blocks.filter(({ language, text }) => language === 'ts' && !/sdk-|instrumentation/.test(text));
  assert.ok(others.length > 1);
  for (const { text } of others) {
    writeFileSync('other.mjs', text);
    assert.equal(await run('other.mjs'), '');
  }
});

/** Starts an SDK like the `telemetry.js` that the README names. It registers its logs with `@opentelemetry/api-logs`. */
const TELEMETRY = `
import { createRequire } from 'node:module';
const { logs } = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/sdk-logs'))('@opentelemetry/api-logs');
import { LoggerProvider } from '@opentelemetry/sdk-logs';
const print = { onEmit: ({ eventName }) => console.log(eventName), forceFlush: async () => {}, shutdown: async () => {} };
logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [print] }));
`;
const APP = `
import { retry } from '@stamina/core';
let failures = 1;
await retry({ on: Error, waitMax: 0 }).run(() => { if (failures-- > 0) throw new Error('once'); });
`;

test('--import reports the retries of a program that knows nothing of it', async () => {
  writeFileSync('telemetry.mjs', TELEMETRY);
  writeFileSync('app.mjs', APP);
  const reported = await run('--import', './telemetry.mjs', '--import', '@stamina/opentelemetry/register', 'app.mjs');
  assert.equal(reported, 'stamina.retry.scheduled\nstamina.call.recovered\n');
});
