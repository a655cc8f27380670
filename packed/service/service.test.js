import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { flakyServer } from '@stamina/testing';

const upstream = async (t, script) => {
  const server = await flakyServer(script);
  t.after(() => server.close());
  return { ...process.env, UPSTREAM: server.url };
};

/** Starts the service, and collects its log. */
async function start(t, script) {
  const child = spawn(process.execPath, ['service.js'], { env: await upstream(t, script) });
  t.after(() => child.kill());
  const log = [];
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (data) => reject(new Error(String(data))));
    createInterface(child.stdout).on('line', (line) => {
      const entry = JSON.parse(line);
      log.push(entry);
      const [listening] = /http:\S+/.exec(entry.msg) ?? [];
      if (listening) resolve(listening);
    });
  });
  return { url, log };
}

const OUTAGE = [{ status: 503 }, { status: 502 }, { body: '{"id":1}' }, { status: 500 }];

test('what a service retries is in its log', async (t) => {
  const { url, log } = await start(t, OUTAGE);
  assert.deepEqual(await (await fetch(`${url}/orders/1`)).json(), { id: 1 });
  assert.equal((await fetch(`${url}/orders/2`)).status, 500);

  // The log comes through a pipe, so it may arrive after the answer.
  while (log.filter(({ msg }) => msg === 'request completed').length < 2) await setTimeout(10);
  const entries = log.filter(({ msg }) => msg.startsWith('stamina.'));
  assert.deepEqual(
    entries.map(({ level, msg, callable, retry_num: retry, attempt, reason, err }) =>
      [level, msg, callable, retry, attempt, reason, err?.message].filter((value) => value !== undefined).join(' '),
    ),
    [
      '40 stamina.retry_scheduled loadOrder 1 status 503',
      '40 stamina.retry_scheduled loadOrder 2 status 502',
      '30 stamina.recovered loadOrder 3',
      '40 stamina.retry_scheduled loadOrder 1 status 500',
      '40 stamina.retry_scheduled loadOrder 2 status 500',
      '50 stamina.gave_up loadOrder 3 attempts status 500',
    ],
  );
});

test('and in its metrics', async (t) => {
  const { url } = await start(t, OUTAGE);
  await fetch(`${url}/orders/1`);
  await fetch(`${url}/orders/2`);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const line of [
    'stamina_retries_total{callable="loadOrder",retry_num="1",error_type="UpstreamError"} 2',
    'stamina_retries_total{callable="loadOrder",retry_num="2",error_type="UpstreamError"} 2',
    'stamina_give_ups_total{callable="loadOrder",reason="attempts"} 1',
    'stamina_give_up_errors_total{callable="loadOrder",error_type="UpstreamError"} 1',
    'stamina_recoveries_total{callable="loadOrder"} 1',
    'stamina_retry_wait_seconds_count{callable="loadOrder"} 4',
  ]) {
    assert.ok(metrics.includes(`\n${line}\n`), `${line} is not in\n${metrics}`);
  }
});

/** Programs without logs and metrics, which `--require` or `--import` adds. */
const WORK = `
async function main() {
  for (const [name, failures] of Object.entries({ load: 1, save: 9 })) {
    let left = failures;
    const work = () => {
      if (left-- > 0) throw new RangeError('busy');
    };
    await retry({ on: RangeError, waitMax: 0, attempts: 2, name }).run(work).catch(() => {});
  }
  console.log(await register.metrics());
}
void main();`;
writeFileSync(
  'untouched.mjs',
  `import { retry } from '@stamina/core';
import { register } from 'prom-client';${WORK}`,
);
writeFileSync(
  'untouched.cjs',
  `const { retry } = require('@stamina/core');
const { register } = require('prom-client');${WORK}`,
);

/** Lines that a program prints once each: its log, and its metrics at the end. */
const ONCE = [
  /"callable":"load".*"msg":"stamina.retry_scheduled"/,
  /"callable":"load".*"msg":"stamina.recovered"/,
  /"callable":"save".*"msg":"stamina.retry_scheduled"/,
  /"callable":"save".*"msg":"stamina.gave_up"/,
  /^stamina_retries_total\{callable="load",retry_num="1",error_type="RangeError"\} 1$/,
  /^stamina_recoveries_total\{callable="load"\} 1$/,
  /^stamina_give_ups_total\{callable="save",reason="attempts"\} 1$/,
];

for (const [flag, program] of [
  ['--import', 'untouched.mjs'],
  ['--require', 'untouched.cjs'],
  ['--import', 'untouched.cjs'],
]) {
  test(`${flag} adds both to ${program}, which knows nothing of them`, async () => {
    const args = [flag, '@stamina/pino/register', flag, '@stamina/prometheus/register', program];
    const printed = (await promisify(execFile)(process.execPath, args)).stdout.split('\n');
    for (const line of ONCE) assert.equal(printed.filter((text) => line.test(text)).length, 1, `${line}`);
  });
}
