/* What must not compile, each on the line that is wrong. */
import {
  type Attempt,
  addRetryHook,
  type GiveUpDetails,
  type RetryDetails,
  type RetryOptions,
  retry,
  retryBudget,
  retryContext,
  setActive,
  setRetryHooks,
  setTesting,
} from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';

class HttpError extends Error {
  readonly status = 500;
}
declare function load(id: string): Promise<string>;
declare const controller: AbortController;
const policy = retry({ on: HttpError });
const syncPolicy = retrySync({ on: HttpError });

// Options.

// @ts-expect-error nothing says what to retry
retry({});
// @ts-expect-error nothing says what to retry
retry();
// @ts-expect-error nothing says what to retry
retryContext({ attempts: 3 });
// @ts-expect-error nothing says what to retry
retrySync({ attempts: 3 });
// @ts-expect-error nothing says what to retry
retryContextSync({ attempts: 3 });
retry({
  // @ts-expect-error nothing is retried by default
  on: undefined,
});
retry({
  // @ts-expect-error `null` names nothing
  on: null,
});
retry({
  // @ts-expect-error a class, not its name
  on: 'HttpError',
});
retry({
  // @ts-expect-error a class, not an object of it
  on: new HttpError(),
});
retry({
  // @ts-expect-error a hook, not a pattern
  on: /timeout/,
});
retry({
  // @ts-expect-error a class or a hook, not an answer
  on: true,
});
retry({
  // @ts-expect-error a hook is given anything that may be thrown
  on: (error: HttpError) => error.status === 503,
});
retry({
  // @ts-expect-error a hook that answers nothing
  on: () => {},
});
retry({
  // @ts-expect-error a hook that answers nothing at times
  on: (error) => (error instanceof HttpError ? true : undefined),
});
retry({
  // @ts-expect-error a hook that answers by text
  on: () => '5s',
});
retry({
  // @ts-expect-error a hook that promises nothing
  on: async () => {},
});
retry({
  // @ts-expect-error a hook that answers by an array
  on: () => [5],
});
retry({
  // @ts-expect-error a floor that is text
  on: () => ({ atLeast: '5s' }),
});
retry({
  // @ts-expect-error an array of names
  on: [HttpError, 'TypeError'],
});
retry({
  // @ts-expect-error an array in an array
  on: [[HttpError]],
});
retry({
  // @ts-expect-error a set is no array
  on: new Set([HttpError]),
});
retry({
  on: HttpError,
  // @ts-expect-error a number, not text
  attempts: '3',
});
retry({
  on: HttpError,
  // @ts-expect-error `Infinity` is no limit
  attempts: null,
});
retry({
  on: HttpError,
  // @ts-expect-error a number, not a bigint
  attempts: 3n,
});
retry({
  on: HttpError,
  // @ts-expect-error a count has no unit
  attempts: { seconds: 3 },
});
retry({
  on: HttpError,
  // @ts-expect-error a number or a duration, not text
  timeout: '30s',
});
retry({
  on: HttpError,
  // @ts-expect-error `Infinity` is no limit
  timeout: null,
});
retry({
  on: HttpError,
  // @ts-expect-error there is no limit but by `Infinity`
  timeout: false,
});
retry({
  on: HttpError,
  // @ts-expect-error an instant is no duration
  timeout: new Date(),
});
retry({
  on: HttpError,
  // @ts-expect-error the unit is `seconds`
  timeout: { second: 30 },
});
retry({
  on: HttpError,
  timeout: {
    // @ts-expect-error a number, not text
    seconds: '30',
  },
});
retry({
  on: HttpError,
  timeout: {
    // @ts-expect-error weeks have a fixed length, months have not: neither is there
    weeks: 1,
  },
});
retry({
  on: HttpError,
  // @ts-expect-error a number or a duration, not text
  waitInitial: '100',
});
retry({
  on: HttpError,
  // @ts-expect-error a number or a duration, not a range
  waitMax: [1, 5],
});
retry({
  on: HttpError,
  // @ts-expect-error a width, not a switch
  waitJitter: true,
});
retry({
  on: HttpError,
  // @ts-expect-error a factor has no unit
  waitExpBase: { seconds: 2 },
});
retry({
  on: HttpError,
  // @ts-expect-error text, not a symbol
  name: Symbol('load'),
});
retry({
  on: HttpError,
  // @ts-expect-error its signal, not the controller
  signal: controller,
});
retry({
  on: HttpError,
  // @ts-expect-error a signal, not a time
  signal: 5_000,
});
retry({
  on: HttpError,
  // @ts-expect-error a number or a duration, not a signal
  attemptTimeout: AbortSignal.timeout(1_000),
});
retry({
  on: HttpError,
  // @ts-expect-error made by `retryBudget`
  budget: { ratio: 0.1 },
});
retry({
  on: HttpError,
  // @ts-expect-error made by `retryBudget`
  budget: 0.1,
});
retry({
  on: HttpError,
  // @ts-expect-error true or false
  unref: 'yes',
});
retry({
  on: HttpError,
  // @ts-expect-error what was thrown may be anything
  discard: (error: HttpError) => error,
});
retry({
  on: HttpError,
  // @ts-expect-error what was thrown may be anything
  causeOf: (error: HttpError) => error.message,
});
retry({
  on: HttpError,
  // @ts-expect-error a function, not its name
  onRetry: 'log',
});
retry({
  on: HttpError,
  // @ts-expect-error retries have no reason to give up
  onRetry: ({ reason }) => reason,
});
retry({
  on: HttpError,
  // @ts-expect-error recovering has no reason to give up
  onRecover: ({ reason }) => reason,
});
retry({
  on: HttpError,
  // @ts-expect-error is not known
  retries: 3,
});
retry({
  on: HttpError,
  // @ts-expect-error is not known
  maxAttempts: 3,
});
retry({
  on: HttpError,
  // @ts-expect-error is not known
  wait: 100,
});
export const unknownOption: RetryOptions = {
  on: HttpError,
  // @ts-expect-error is misspelt
  waitMaximum: 100,
};

// Running and wrapping.

// @ts-expect-error options alone
retry({ on: HttpError }, load);
// @ts-expect-error options first
retry(load);
// @ts-expect-error a class is no options
retry(HttpError);
// @ts-expect-error a function, not its result
policy.run(load('1'));
// @ts-expect-error nothing to run
policy.run();
// @ts-expect-error `run` passes an attempt, not an id
policy.run(load);
policy.run(() => load('1'), {
  // @ts-expect-error belongs to the policy
  attempts: 3,
});
policy.run(() => load('1'), {
  // @ts-expect-error its signal, not the controller
  signal: controller,
});
policy.run(() => load('1'), {
  // @ts-expect-error a class, not its name
  on: 'HttpError',
});
// @ts-expect-error options, not a signal
policy.run(() => load('1'), controller.signal);
// @ts-expect-error options, not a signal
policy.begin(controller.signal);
// @ts-expect-error `begin` makes no attempt
policy.begin(() => load('1'));
// @ts-expect-error the error comes first
policy.begin().fail(() => load('1'));
// @ts-expect-error a function, not its result
policy.begin().fail(new Error('first'), load('1'));
// @ts-expect-error it passes an attempt, not an id
policy.begin().fail(new Error('first'), load);
// @ts-expect-error a function, not its result
policy(load('1'));
// @ts-expect-error a class cannot be wrapped
policy(HttpError);
// @ts-expect-error nothing to wrap
policy();
// @ts-expect-error the parameter is text
policy(load)(1);
// @ts-expect-error a parameter is missing
policy(load)();
export const awaited = async (): Promise<void> => {
  // @ts-expect-error the result is a promise
  policy((id: string) => id.length)('1').toFixed();
  // @ts-expect-error what it was bound to is gone
  await policy(async function (this: HttpError) {
    return this.status;
  })();
};
export const attempted = (attempt: Attempt): void => {
  // @ts-expect-error only a block notes failures; `run` is told by a throw
  attempt.fail(new Error());
  // @ts-expect-error is the package's to count
  attempt.num = 1;
  // @ts-expect-error is read only
  attempt.nextWait = 1;
  // @ts-expect-error is read only
  attempt.signal = controller.signal;
};

// Blocks.

export async function blocks(): Promise<void> {
  // @ts-expect-error an asynchronous block is awaited: `for await`
  for (const attempt of retryContext({ on: HttpError })) void attempt;
  for await (const attempt of retryContext({ on: HttpError })) {
    // @ts-expect-error which error?
    attempt.fail();
    // @ts-expect-error is read only
    attempt.num = 2;
  }
  for (const attempt of retryContextSync({ on: HttpError })) {
    // @ts-expect-error which error?
    attempt.fail();
  }
}

// Synchronous policies.

// @ts-expect-error options alone
retrySync({ on: HttpError }, () => 1);
syncPolicy.run(() => 1, {
  // @ts-expect-error nothing can abort while the thread is blocked
  signal: controller.signal,
});
// @ts-expect-error a class cannot be wrapped
syncPolicy(HttpError);
// @ts-expect-error nobody would wait for the promise; `retry` does
syncPolicy.run(() => load('1'));
// @ts-expect-error nobody would wait for the promise; `retry` does
syncPolicy(load);
// @ts-expect-error `map` passes more than a function
[load].map(policy);

// Decorators.

export class Misused {
  // @ts-expect-error a synchronous method would become asynchronous behind its callers' backs
  @policy
  now(): number {
    return 1;
  }

  // @ts-expect-error a property is no method
  @policy
  load = async (): Promise<number> => 1;

  // @ts-expect-error an accessor is no method
  @policy
  get ready(): Promise<number> {
    return Promise.resolve(1);
  }

  // @ts-expect-error an accessor is no method
  @policy
  accessor state: Promise<number> = Promise.resolve(1);

  // @ts-expect-error a policy is made of options
  @retry
  async bare(): Promise<void> {}
}

// @ts-expect-error a class is no method
@policy
export class Whole {}

// Hooks and their details.

// @ts-expect-error an array, not a hook
setRetryHooks(() => {});
// @ts-expect-error an array; `[]` for none
setRetryHooks(null);
// @ts-expect-error hooks, not names
setRetryHooks(['log']);
// @ts-expect-error a hook
addRetryHook();
// @ts-expect-error a hook, not an array
addRetryHook([() => {}]);
addRetryHook({
  // @ts-expect-error is misspelt
  onRetries: () => {},
});
export const told = (details: RetryDetails, end: GiveUpDetails): void => {
  // @ts-expect-error details are frozen
  details.waitFor = 0;
  // @ts-expect-error details are frozen
  details.name = 'other';
  // @ts-expect-error details are frozen
  details.args.push(1);
  // @ts-expect-error details are frozen
  end.errors.pop();
  // @ts-expect-error details are frozen
  end.reason = 'timeout';
  // @ts-expect-error anything may be thrown
  details.causedBy.message;
  // @ts-expect-error is no reason
  if (end.reason === 'cancelled') return;
};

// Modes and the budget.

// @ts-expect-error true or false
setActive();
// @ts-expect-error true or false
setActive('on');
// @ts-expect-error true or false
setTesting();
setTesting(true, {
  // @ts-expect-error is not known
  retries: 1,
});
setTesting(true, {
  // @ts-expect-error a number, not text
  attempts: '1',
});
// @ts-expect-error an object
retryBudget(0.1);
retryBudget({
  // @ts-expect-error is not known
  share: 0.1,
});
retryBudget({
  // @ts-expect-error a number, not text
  ratio: '10%',
});
// @ts-expect-error is read only
retryBudget().balance = 10;
