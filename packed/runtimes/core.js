/*
 * Returns the promises of core. They use only what every runtime has.
 *
 * @param {typeof import('@stamina/core')} core
 * @param {typeof import('@stamina/core/sync')} sync
 * @param {{ canBlock: boolean }} runtime
 */
import { equal, fail, rejection, thrown, truthy } from './promise.js';

export function corePromises(
  { retry, retryContext, retryBudget, setTesting, setActive, setRetryHooks },
  { retrySync, retryContextSync },
  { canBlock },
) {
  return {
    async 'a success is passed on'() {
      equal(await retry({ on: Error })(async (value) => value)(7), 7);
      equal(await retry({ on: Error }).run(() => 7), 7);
    },

    async 'a failure is retried after the wait'() {
      const waits = [];
      const begun = Date.now();
      const get = retry({
        on: TypeError,
        waitInitial: 40,
        waitJitter: 10,
        onRetry: ({ waitFor }) => void waits.push(waitFor),
      });
      equal(await get.run(({ num }) => (num === 1 ? fail(new TypeError('not yet')) : num)), 2);
      equal(waits.length, 1);
      truthy(waits[0] >= 40 && waits[0] <= 50, `waited ${waits[0]}`);
      truthy(Date.now() - begun >= 35, `took ${Date.now() - begun}`);
    },

    async 'timers fire between retries that do not wait'() {
      let calls = 0;
      let fired;
      setTimeout(() => {
        fired = calls;
      }, 1);
      await rejection(
        retry({ on: () => 0, attempts: 20_000 }).run(() => {
          calls++;
          return fail(undefined);
        }),
      );
      truthy(fired > 0, `fired ${fired}`);
    },

    async 'what is not named passes through'() {
      const error = new RangeError('for good');
      let calls = 0;
      const caught = await rejection(
        retry({ on: [TypeError, () => false] })(async () => {
          calls++;
          throw error;
        })(),
      );
      equal(caught, error);
      equal(calls, 1);
    },

    async 'attempts limits'() {
      const reasons = [];
      const policy = retry({
        on: Error,
        waitMax: 0,
        attempts: 3,
        onGiveUp: ({ reason, errors }) => void reasons.push(reason, errors.length),
      });
      equal((await rejection(policy.run(({ num }) => fail(new Error(`failure ${num}`))))).message, 'failure 3');
      equal(reasons.join(), 'attempts,3');
    },

    async 'timeout limits'() {
      const caught = await rejection(
        retry({ on: () => 40, attempts: Infinity, timeout: 100 }).run(({ num }) => fail(new Error(`failure ${num}`))),
      );
      truthy(/failure [123]$/.test(caught.message), caught.message);
    },

    async 'attemptTimeout aborts an attempt'() {
      const policy = retry({ on: RangeError, attempts: 2, attemptTimeout: 30, waitMax: 0 });
      const nums = [];
      const caught = await rejection(
        policy.run(
          ({ num, signal }) =>
            new Promise((_, reject) => {
              nums.push(num);
              signal.addEventListener('abort', () => reject(signal.reason));
            }),
        ),
      );
      equal(caught.name, 'TimeoutError');
      equal(nums.join(), '1,2');
    },

    async 'an abort ends a wait at once, however long'() {
      const controller = new AbortController();
      const begun = Date.now();
      let calls = 0;
      setTimeout(() => controller.abort(new Error('enough')), 50);
      const caught = await rejection(
        retry({ on: () => 2 ** 31 + 1, timeout: Infinity, signal: controller.signal }).run(() =>
          fail(new Error(`failure ${++calls}`)),
        ),
      );
      equal(caught.message, 'enough');
      equal(calls, 1);
      truthy(Date.now() - begun < 5_000, `took ${Date.now() - begun}`);
    },

    async 'attempts without a wait let timers fire'() {
      let fired = false;
      let seen = false;
      setTimeout(() => {
        fired = true;
      }, 0);
      await rejection(
        retry({ on: () => 0, attempts: 100_000 }).run(() => {
          seen ||= fired;
          return fail(undefined);
        }),
      );
      truthy(seen, 'no timer fired in between');
    },

    async 'a loop is retried'() {
      const nums = [];
      for await (const attempt of retryContext({ on: () => 5 })) {
        nums.push(attempt.num);
        if (attempt.num < 3) attempt.fail(new Error('not yet'));
      }
      equal(nums.join(), '1,2,3');
    },

    async 'an async generator is retried until its first value'() {
      let calls = 0;
      const numbers = retry({ on: Error, waitMax: 0 })(async function* () {
        if (++calls < 3) throw new Error('not yet');
        yield 1;
        yield 2;
      });
      const seen = [];
      for await (const number of numbers()) seen.push(number);
      equal(seen.join(), '1,2');
      equal(calls, 3);
    },

    async 'test mode and activation hold'() {
      const count = async () => {
        let calls = 0;
        await rejection(
          retry({ on: Error, waitInitial: 60_000, waitMax: 120_000, timeout: Infinity, attempts: 5 }).run(() =>
            fail(new Error(`${++calls}`)),
          ),
        );
        return calls;
      };
      const testing = setTesting(true, { attempts: 2 });
      equal(await count(), 2);
      const inactive = setActive(false);
      equal(await count(), 1);
      inactive.dispose();
      testing.dispose();
    },

    async 'hooks are called, and their disposables disposed'() {
      const told = [];
      setRetryHooks([
        ({ name }) => ({ dispose: () => void told.push(`${name} disposed`) }),
        { onRecover: ({ name, attempt }) => void told.push(`${name} recovered by attempt ${attempt}`) },
      ]);
      await retry({ on: Error, waitMax: 0 }).run(({ num }) => (num === 1 ? fail(new Error('not yet')) : num), {
        name: 'job',
      });
      setRetryHooks([]);
      equal(told.join(), 'job disposed,job recovered by attempt 2');
    },

    async 'a hook that throws disturbs nothing, and is warned of once'() {
      const [target, method] = globalThis.process?.emitWarning ? [process, 'emitWarning'] : [console, 'warn'];
      const warn = target[method];
      const warned = [];
      target[method] = (...args) => void warned.push(args.map((arg) => arg?.detail ?? String(arg)).join(' '));
      setRetryHooks([
        function broken() {
          throw new Error('the very cause');
        },
      ]);
      const result = await retry({ on: Error, waitMax: 0 }).run(({ num }) =>
        num < 3 ? fail(new Error('not yet')) : num,
      );
      setRetryHooks([]);
      target[method] = warn;
      equal(result, 3);
      equal(warned.length, 1);
      truthy(/broken.*the very cause/s.test(warned[0]), warned[0]);
    },

    async 'a budget limits'() {
      const budget = retryBudget({ ratio: 0, reserve: 2, minPerSecond: 0 });
      const reasons = [];
      await rejection(
        retry({ on: () => 0, budget, onGiveUp: ({ reason }) => void reasons.push(reason) }).run(() =>
          fail(new Error('not yet')),
        ),
      );
      equal(reasons.join(), 'budget');
    },

    'synchronous code waits in place, or says that it cannot'() {
      const error = new Error('not yet');
      const work = () => {
        const nums = [];
        for (const attempt of retryContextSync({ on: () => 30 })) {
          nums.push(attempt.num);
          if (attempt.num < 3) attempt.fail(error);
        }
        return nums.join();
      };
      if (canBlock) {
        const begun = Date.now();
        equal(work(), '1,2,3');
        truthy(Date.now() - begun >= 50, `took ${Date.now() - begun}`);
      } else {
        const caught = thrown(work);
        truthy(caught instanceof TypeError && caught.message.includes('@stamina/core'), String(caught));
        equal(caught.cause, error);
      }
      // Without a wait, there is nothing to block.
      equal(
        retrySync({ on: () => 0 }).run(({ num }) => {
          if (num < 3) throw error;
          return num;
        }),
        3,
      );
    },
  };
}
