import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import { addRetryHook, retry, retryContext, setTesting } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';

class Unavailable extends Error {}

/** Returns a job that fails `failures` times, and then returns its answer. */
function unreliable(failures) {
  const job = { calls: 0 };
  job.do = (answer) => {
    if (++job.calls <= failures) throw new Unavailable(`call ${job.calls}`);
    return answer;
  };
  return job;
}

const policy = {
  on: Unavailable,
  attempts: 4,
  waitInitial: { milliseconds: 2 },
  waitJitter: 2,
  timeout: { seconds: 5 },
};

/** Jobs that are retried in each of the ways that core has. */
const ways = {
  now: (job) => retry(policy).run(() => job.do('now')),
  wrapped: retry(policy)(async function report(job) {
    return job.do('wrapped');
  }),
  async block(job) {
    for await (const attempt of retryContext(policy)) {
      try {
        return job.do('block');
      } catch (error) {
        attempt.fail(error);
      }
    }
  },
  sync: (job) => retrySync(policy).run(() => job.do('sync')),
  blockSync(job) {
    for (const attempt of retryContextSync(policy)) {
      try {
        return job.do('blockSync');
      } catch (error) {
        attempt.fail(error);
      }
    }
  },
};

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: two failures are retried, five are not`, async () => {
    const job = unreliable(2);
    assert.equal(await way(job), name);
    assert.equal(job.calls, 3);
    const hopeless = unreliable(5);
    await assert.rejects(async () => way(hopeless), new Unavailable('call 4'));
    assert.equal(hopeless.calls, 4);
  });
}

test('a hook that was added to the module hears of what CommonJS retries, and test mode holds there too', async () => {
  const { retry: retryOfCommonJs } = createRequire(import.meta.url)('@stamina/core');
  const told = [];
  const hook = addRetryHook(({ name, retryNum }) => void told.push(`${name} ${retryNum}`));
  const testing = setTesting(true, { attempts: 3 });
  const job = unreliable(5);
  await assert.rejects(
    retryOfCommonJs({ on: Unavailable, waitInitial: 60_000, waitMax: 60_000, name: 'old' }).run(job.do),
  );
  testing.dispose();
  hook.dispose();
  assert.deepEqual(told, ['old 1', 'old 2']);
});

test('core brings no other package', () => {
  const packages = readdirSync(new URL('node_modules', import.meta.url)).filter((name) => !name.startsWith('.'));
  assert.deepEqual(packages, ['@stamina']);
  assert.deepEqual(readdirSync(new URL('node_modules/@stamina', import.meta.url)), ['core']);
});

test('with `--enable-source-maps`, a stack trace leads to a line of the sources of core', () => {
  const program = `
    import { retry } from '@stamina/core';
    try {
      retry({ on: Error, attempts: 0 });
    } catch (error) {
      console.log(error.stack);
    }`;
  const stack = execFileSync(process.execPath, ['--enable-source-maps', '--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  const [, file, line, column] = /\((?:file:\/\/)?(\/.*?\/core\/src\/[\w/-]+\.ts):(\d+):(\d+)\)/.exec(stack) ?? [];
  const there = readFileSync(file, 'utf8')
    .split('\n')
    [line - 1].slice(column - 1);
  assert.match(there, /\w/);
});
