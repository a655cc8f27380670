import { retry, setTesting } from '@stamina/core';
import { withoutRetries, withTesting } from '@stamina/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeRunner } from '../support/runner.ts';

const EXPLANATION =
  'A test failed in which load gave up after one attempt, because the set-up of @stamina/testing allows only one. ' +
  'A test about retries must ask for them. withTesting({ attempts: 3 }, fn) retries without waits; ' +
  'withTesting(false, fn) retries and waits as the policy says, for example with fake timers.';

const printed = vi.spyOn(console, 'warn');

beforeEach(() => {
  vi.resetModules();
  printed.mockReset().mockReturnValue();
});
afterEach(() => vi.unstubAllGlobals());

async function load(): Promise<void> {
  throw new Error('failed');
}

const giveUp = (attempts = 2): Promise<void> => retry({ on: Error, attempts, waitMax: 0 })(load)().catch(() => {});

type RunTest = (body: () => unknown, context?: unknown) => Promise<void>;

/** Loads a set-up module with a fake runner. Returns a function that runs a test as that runner would. */
async function setUp(module: string, runnerModule: string): Promise<RunTest> {
  const { runner, hooks } = fakeRunner();
  vi.doMock(runnerModule, () => hooks);
  await import(module);
  return async (body, context) => {
    runner.begin(context);
    await body();
    runner.end(context);
  };
}

const setUpNode = (): Promise<RunTest> => setUp('@stamina/testing/node', 'node:test');
const PASSED = { name: 'one', passed: true };
const FAILED = { name: 'one', passed: false };

test('test mode is explained once, after a test that failed', async () => {
  const run = await setUpNode();
  await run(giveUp, PASSED);
  expect(printed).not.toHaveBeenCalled();
  await run(giveUp, FAILED);
  expect(printed.mock.calls).toEqual([[EXPLANATION]]);
  await run(giveUp, FAILED);
  expect(printed).toHaveBeenCalledOnce();
});

test.each<[string, () => unknown]>([
  ['made no call', () => {}],
  ['asked for one attempt', () => withTesting({ attempts: 1 }, giveUp)],
  ['asked for more attempts', () => withTesting({ attempts: 3 }, giveUp)],
  ['asked for the attempts of the policy', () => withTesting(false, () => giveUp(1))],
  ['switched retrying off', () => withoutRetries(giveUp)],
  ['set more attempts', () => [setTesting(true, { attempts: 3 }), giveUp()][1]],
  ['switched test mode off', () => [setTesting(false), giveUp(1)][1]],
])('test mode is not explained to a test that %s', async (_, body) => {
  const run = await setUpNode();
  await run(giveUp, PASSED); // The calls of one test do not count for the next.
  await run(body, FAILED);
  expect(printed).not.toHaveBeenCalled();
});

test('Vitest reports whether a test failed', async () => {
  const run = await setUp('@stamina/testing/vitest', 'vitest');
  await run(giveUp, { task: { result: { state: 'pass' } } });
  await run(giveUp, { task: {} });
  expect(printed).not.toHaveBeenCalled();
  await run(giveUp, { task: { result: { state: 'fail' } } });
  expect(printed).toHaveBeenCalledOnce();
});

test('the state of Jest shows whether a test failed', async () => {
  const run = await setUp('@stamina/testing/jest', '@jest/globals');
  const errors: Error[] = [];
  vi.stubGlobal(Symbol('JEST_STATE_SYMBOL') as never, { currentlyRunningTest: { errors } });
  await run(giveUp);
  expect(printed).not.toHaveBeenCalled();
  errors.push(new Error('failed'));
  await run(giveUp);
  expect(printed).toHaveBeenCalledOnce();
});

test.each([undefined, {}, { currentlyRunningTest: null }])(
  'a test may have failed if the state of Jest is %o',
  async (state) => {
    const run = await setUp('@stamina/testing/jest', '@jest/globals');
    vi.stubGlobal(Symbol('JEST_STATE_SYMBOL') as never, state);
    await run(giveUp);
    expect(printed).toHaveBeenCalledOnce();
  },
);
