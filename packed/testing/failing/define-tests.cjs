// The set-up modules must explain test mode once, to the first test that fails because of it.
const { retry } = require('@stamina/core');
const { flaky, withTesting } = require('@stamina/testing');

const load = (name) => {
  const fn = flaky(async () => 'done', { failures: 2 });
  return retry({ on: Error, name })(fn)();
};

exports.defineTests = (test) => {
  test('expects that a call gives up', () => load('expected').catch(() => {}));
  test('fails for another reason', () => {
    throw new Error('another reason');
  });
  test('fails although it allows two attempts', () => withTesting({ attempts: 2 }, () => load('asked')));
  test('fails because of test mode', () => load('first'));
  test('fails because of test mode, too', () => load('second'));
};
