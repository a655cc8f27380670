// The tests that all runners share. The files of each runner, which runners.test.mjs writes, call them with its own `test`.
const assert = require('node:assert/strict');

const NONE = { active: true, testing: true, hooks: [] };

/** Makes a call that always fails and would wait for minutes. Returns how many attempts it made. */
async function attemptsOf({ retry }, { flaky }) {
  const load = flaky(async () => {}, { failures: Number.POSITIVE_INFINITY, error: new TypeError('never') });
  await assert.rejects(retry({ on: TypeError, attempts: 5, waitInitial: 60_000, waitMax: 60_000 })(load)(), TypeError);
  return load.calls.length;
}

/**
 * Defines tests that run one after the other.
 *
 * @param {typeof import('@stamina/core')} core
 * @param {typeof import('@stamina/testing')} testing
 * @param {{ test: Function, afterAll: Function, expect?: Function }} runner Its `expect`, where it has matchers.
 */
function oneByOne(core, testing, { test, afterAll, expect }) {
  const { setActive, setTesting, setRetryHooks, addRetryHook } = core;
  const { withTesting, recordRetries } = testing;
  const state = () => ({ active: core.isActive(), testing: core.isTesting(), hooks: [...core.getRetryHooks()] });

  const attempts = () => attemptsOf(core, testing);

  assert.deepEqual(state(), NONE, 'a file begins with the settings of the set-up module');
  afterAll(() => {
    setActive(false);
    setTesting(false);
    setRetryHooks([() => {}]);
  });

  test('a call makes one attempt', async () => assert.equal(await attempts(), 1));

  for (const time of ['once', 'again']) {
    test(`a test may change all settings, ${time}`, async () => {
      assert.deepEqual(state(), NONE);
      setTesting(true, { attempts: 3 });
      assert.equal(await attempts(), 3);
      setTesting(false);
      setActive(false);
      addRetryHook(() => {});
      setRetryHooks([() => {}, () => {}]);
      assert.deepEqual([core.isActive(), core.isTesting(), core.getRetryHooks().length], [false, false, 2]);
    });
  }

  test('a recorder ends with its test', async () => {
    const recorder = recordRetries();
    assert.equal(await withTesting({ attempts: 4 }, attempts), 4);
    assert.equal(recorder.retries.length, 3);
    testing.assertRetried(recorder, 3);
    testing.assertGivenUp(recorder, 'attempts');
    assert.equal(core.getRetryHooks().length, 1);
  });

  test('the next test finds the earlier settings', () => assert.deepEqual(state(), NONE));

  if (!expect) return;
  test('expect() has the matchers', async () => {
    const recorder = recordRetries();
    await withTesting({ attempts: 2 }, attempts);
    expect(recorder).toHaveRetried(1);
    expect(recorder).toHaveGivenUp('attempts');
    expect(() => expect(recorder).toHaveRetried(2)).toThrow('Expected 2 retries, got 1 retry');
  });
}

/**
 * Defines tests that run at the same time.
 *
 * @param {typeof import('@stamina/core')} core
 * @param {typeof import('@stamina/testing')} testing
 * @param {Function} test
 */
function together(core, testing, test) {
  const { withTesting, withoutRetries, recordRetries } = testing;
  const attempts = () => attemptsOf(core, testing);

  let meeting = 0;
  let open = () => {};
  const everybody = new Promise((resolve) => {
    open = resolve;
  });
  const meet = () => {
    if (++meeting === 3) open();
    return everybody;
  };
  test('a test has three attempts', () =>
    withTesting({ attempts: 3 }, async () => {
      const recorder = recordRetries();
      await meet();
      assert.equal(await attempts(), 3);
      assert.equal(recorder.retries.length, 2);
    }));

  test('another test has seven attempts, then one', async () => {
    await withTesting({ attempts: 7 }, async () => {
      const recorder = recordRetries();
      await meet();
      assert.equal(await attempts(), 7);
      assert.equal(recorder.retries.length, 6);
    });
    assert.equal(await attempts(), 1);
  });

  test('another test has no retries', () =>
    withoutRetries(async () => {
      await meet();
      assert.equal(core.isActive(), false);
      assert.equal(await attempts(), 1);
    }));
}

/**
 * Defines tests that fail, some of them because of test mode. The set-up module must explain that to the first of these.
 *
 * @param {typeof import('@stamina/core')} core
 * @param {typeof import('@stamina/testing')} testing
 * @param {Function} test
 */
function failing({ retry }, { flaky, withTesting }, test) {
  const load = (name) => {
    const fn = flaky(async () => 'done', { failures: 2 });
    return retry({ on: Error, name })(fn)();
  };
  test('expects that a call gives up', () => load('expected').catch(() => {}));
  test('fails for another reason', () => {
    throw new Error('another reason');
  });
  test('fails although it allows two attempts', () => withTesting({ attempts: 2 }, () => load('asked')));
  test('fails because of test mode', () => load('first'));
  test('fails because of test mode, too', () => load('second'));
}

module.exports = { oneByOne, together, failing };
