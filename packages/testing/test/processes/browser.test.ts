import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserPage, hasBrowser, IN_A_BROWSER, openPage } from '../../../../scripts/vitest/browser.ts';

/** Bundles a program for browsers. The bundle contains empty modules instead of Node's. */
async function bundle(program: string): Promise<string> {
  const resolveDir = fileURLToPath(new URL('..', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

const PROGRAM = `
import { isActive, isTesting, retry, setTesting } from '@stamina/core';
import { assertRetried, flaky, recordRetries, withoutRetries, withTesting } from '@stamina/testing';

const state = () => [isActive(), isTesting()];

async function attempts() {
  const load = flaky(async () => {}, { failures: Infinity });
  await retry({ on: Error, attempts: 5, waitMax: 0 })(load)().catch(() => {});
  return load.calls.length;
}

globalThis.runProgram = async () => {
  const recorder = recordRetries();
  const results = {
    three: await withTesting({ attempts: 3 }, attempts),
    none: await withoutRetries(attempts),
    after: await attempts(),
    value: withTesting({}, () => state()),
    thrown: '',
    rejected: '',
    states: [],
    message: '',
    retries: recorder.retries.length,
  };
  results.states.push(state());
  try {
    withTesting({}, () => { throw 'thrown'; });
  } catch (error) {
    results.thrown = error;
  }
  results.states.push(state());
  const pending = withoutRetries(() => new Promise((_, reject) => setTimeout(reject, 5, 'rejected')));
  results.states.push(state());
  await pending.catch((error) => { results.rejected = error; });
  results.states.push(state());
  try {
    assertRetried(recorder, { toString: () => 'many' });
  } catch (error) {
    results.message = error.message;
  }
  return results;
};
`;

describe.skipIf(!hasBrowser)(IN_A_BROWSER, () => {
  let browser: BrowserPage;
  const errors: string[] = [];

  beforeAll(async () => {
    browser = await openPage({
      '/': '<!doctype html><title>testing</title><link rel="icon" href="data:,"><script type="module" src="/program.js"></script>',
      '/program.js': await bundle(PROGRAM),
    });
    browser.page.on('pageerror', (error) => errors.push(String(error)));
    await browser.load();
  }, 60_000);
  afterAll(() => browser?.close());

  test('settings apply to all calls until the callback settles', async () => {
    expect(await browser.page.evaluate('runProgram()')).toEqual({
      three: 3,
      none: 1,
      after: 5,
      value: [true, true],
      thrown: 'thrown',
      rejected: 'rejected',
      states: [
        [true, false],
        [true, false],
        [false, false],
        [true, false],
      ],
      message: '`times` must be an integer of at least 0, got an object',
      retries: 6,
    });
    expect(errors).toEqual([]);
  });
});
