/* This code must not compile. Each error is expected on a line of its own. */
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
import { type LibraryOptions, libraryPolicy, runInScope, toPredicate } from '@stamina/core/library';
import { retryContextSync, retrySync } from '@stamina/core/sync';

class HttpError extends Error {
  readonly status = 500;
}
declare function load(id: string): Promise<string>;
declare const controller: AbortController;
const policy = retry({ on: HttpError });
const syncPolicy = retrySync({ on: HttpError });

// Options.

// @ts-expect-error `on` is required.
retry({});
// @ts-expect-error `on` is required.
retry();
// @ts-expect-error `on` is required.
retryContext({ attempts: 3 });
// @ts-expect-error `on` is required.
retrySync({ attempts: 3 });
// @ts-expect-error `on` is required.
retryContextSync({ attempts: 3 });
retry({
  // @ts-expect-error `on` has no default.
  on: undefined,
});
retry({
  // @ts-expect-error `null` is not allowed.
  on: null,
});
retry({
  // @ts-expect-error `on` takes a class, not its name.
  on: 'HttpError',
});
retry({
  // @ts-expect-error `on` takes a class, not an instance.
  on: new HttpError(),
});
retry({
  // @ts-expect-error `on` takes a predicate, not a pattern.
  on: /timeout/,
});
retry({
  // @ts-expect-error `on` takes a class or a predicate, not an answer.
  on: true,
});
retry({
  // @ts-expect-error A predicate gets `unknown`, because anything may be thrown.
  on: (error: HttpError) => error.status === 503,
});
retry({
  // @ts-expect-error A predicate must answer.
  on: () => {},
});
retry({
  // @ts-expect-error A predicate must always answer.
  on: (error) => (error instanceof HttpError ? true : undefined),
});
retry({
  // @ts-expect-error An answer cannot be text.
  on: () => '5s',
});
retry({
  // @ts-expect-error The promise must have an answer too.
  on: async () => {},
});
retry({
  // @ts-expect-error An answer cannot be an array.
  on: () => [5],
});
retry({
  // @ts-expect-error `atLeast` cannot be text.
  on: () => ({ atLeast: '5s' }),
});
retry({
  // @ts-expect-error An array holds classes, not names.
  on: [HttpError, 'TypeError'],
});
retry({
  // @ts-expect-error Arrays cannot be nested.
  on: [[HttpError]],
});
retry({
  // @ts-expect-error `on` takes an array, not a set.
  on: new Set([HttpError]),
});
retry({
  on: HttpError,
  // @ts-expect-error The value is a number, not text.
  attempts: '3',
});
retry({
  on: HttpError,
  // @ts-expect-error `Infinity` means no limit.
  attempts: null,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a number, not a bigint.
  attempts: 3n,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a number, because a count has no unit.
  attempts: { seconds: 3 },
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a number or a duration, not text.
  timeout: '30s',
});
retry({
  on: HttpError,
  // @ts-expect-error `Infinity` means no limit.
  timeout: null,
});
retry({
  on: HttpError,
  // @ts-expect-error `Infinity` means no limit, not `false`.
  timeout: false,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a duration, not an instant.
  timeout: new Date(),
});
retry({
  on: HttpError,
  // @ts-expect-error The unit is `seconds`.
  timeout: { second: 30 },
});
retry({
  on: HttpError,
  timeout: {
    // @ts-expect-error The value is a number, not text.
    seconds: '30',
  },
});
retry({
  on: HttpError,
  timeout: {
    // @ts-expect-error There are no weeks.
    weeks: 1,
  },
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a number or a duration, not text.
  waitInitial: '100',
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a number or a duration, not a range.
  waitMax: [1, 5],
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a width, not a boolean.
  waitJitter: true,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a number, because a factor has no unit.
  waitExpBase: { seconds: 2 },
});
retry({
  on: HttpError,
  // @ts-expect-error The option is text, not a symbol.
  name: Symbol('load'),
});
retry({
  on: HttpError,
  // @ts-expect-error The option is the signal, not its controller.
  signal: controller,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a signal, not a time.
  signal: 5_000,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a number or a duration, not a signal.
  attemptTimeout: AbortSignal.timeout(1_000),
});
retry({
  on: HttpError,
  // @ts-expect-error `retryBudget` makes budgets.
  budget: { ratio: 0.1 },
});
retry({
  on: HttpError,
  // @ts-expect-error `retryBudget` makes budgets.
  budget: 0.1,
});
retry({
  on: HttpError,
  // @ts-expect-error The value is a boolean.
  unref: 'yes',
});
retry({
  on: HttpError,
  // @ts-expect-error Only a library can give this, call by call.
  discard: (error) => error,
});
retry({
  on: HttpError,
  // @ts-expect-error Only a library can give this, call by call.
  report: (error) => error,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is a function, not its name.
  onRetry: 'log',
});
retry({
  on: HttpError,
  // @ts-expect-error Retries have no `reason`.
  onRetry: ({ reason }) => reason,
});
retry({
  on: HttpError,
  // @ts-expect-error Recovered calls have no `reason`.
  onRecover: ({ reason }) => reason,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is unknown.
  retries: 3,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is unknown.
  maxAttempts: 3,
});
retry({
  on: HttpError,
  // @ts-expect-error The option is unknown.
  wait: 100,
});
export const unknownOption: RetryOptions = {
  on: HttpError,
  // @ts-expect-error The name is misspelt.
  waitMaximum: 100,
};

// Running and wrapping.

// @ts-expect-error `retry` takes options only.
retry({ on: HttpError }, load);
// @ts-expect-error The parameter is options, not a function.
retry(load);
// @ts-expect-error The parameter is options, not a class.
retry(HttpError);
// @ts-expect-error The parameter is a function, not its result.
policy.run(load('1'));
// @ts-expect-error A function is required.
policy.run();
// @ts-expect-error `run` passes an attempt, not an id.
policy.run(load);
policy.run(() => load('1'), {
  // @ts-expect-error The option belongs to the policy.
  attempts: 3,
});
policy.run(() => load('1'), {
  // @ts-expect-error The option is the signal, not its controller.
  signal: controller,
});
policy.run(() => load('1'), {
  // @ts-expect-error The option belongs to the policy.
  on: HttpError,
});
policy.run(() => load('1'), {
  // @ts-expect-error The option belongs to the policy.
  budget: retryBudget(),
});
// @ts-expect-error The parameter is options, not a signal.
policy.run(() => load('1'), controller.signal);
// @ts-expect-error Only a library can begin a call.
policy.begin();
// @ts-expect-error The parameter is a function, not its result.
policy(load('1'));
// @ts-expect-error A class cannot be wrapped.
policy(HttpError);
// @ts-expect-error A function is required.
policy();
// @ts-expect-error The parameter is a string.
policy(load)(1);
// @ts-expect-error A parameter is missing.
policy(load)();
export const awaited = async (): Promise<void> => {
  // @ts-expect-error The result is a promise.
  policy((id: string) => id.length)('1').toFixed();
  // @ts-expect-error `this` is not bound.
  await policy(async function (this: HttpError) {
    return this.status;
  })();
};
export const attempted = (attempt: Attempt): void => {
  // @ts-expect-error Only blocks have `fail`. In `run`, throw the error.
  attempt.fail(new Error());
  // @ts-expect-error The property is read-only.
  attempt.num = 1;
  // @ts-expect-error The property is read-only.
  attempt.nextWait = 1;
  // @ts-expect-error The property is read-only.
  attempt.signal = controller.signal;
};

// Blocks.

export async function blocks(): Promise<void> {
  // @ts-expect-error An asynchronous block needs `for await`.
  for (const attempt of retryContext({ on: HttpError })) void attempt;
  for await (const attempt of retryContext({ on: HttpError })) {
    // @ts-expect-error The error is required.
    attempt.fail();
    // @ts-expect-error The property is read-only.
    attempt.num = 2;
  }
  for (const attempt of retryContextSync({ on: HttpError })) {
    // @ts-expect-error The error is required.
    attempt.fail();
  }
}

// Synchronous policies.

// @ts-expect-error `retry` takes options only.
retrySync({ on: HttpError }, () => 1);
syncPolicy.run(() => 1, {
  // @ts-expect-error Nothing can be aborted while the thread is blocked.
  signal: controller.signal,
});
// @ts-expect-error A class cannot be wrapped.
syncPolicy(HttpError);
// @ts-expect-error Nobody would await the promise. Use `retry`.
syncPolicy.run(() => load('1'));
// @ts-expect-error Nobody would await the promise. Use `retry`.
syncPolicy(load);
declare function loadMaybe(): string | Promise<string>;
// @ts-expect-error Nobody would await the promise. Use `retry`.
syncPolicy.run(loadMaybe);
// @ts-expect-error Nobody would await the promise. Use `retry`.
syncPolicy(loadMaybe);
// @ts-expect-error An async generator needs `retry`.
syncPolicy(async function* () {
  yield 1;
});
// @ts-expect-error A synchronous generator needs `retrySync`.
policy(function* () {
  yield 1;
});
export const iterated = (): void => {
  const numbers = policy(async function* (): AsyncIterableIterator<number> {
    yield 1;
  });
  // @ts-expect-error An async generator is not a promise.
  numbers().then();
};
// @ts-expect-error `map` passes more arguments than the function takes.
[load].map(policy);

// Decorators.

export class Misused {
  // @ts-expect-error A synchronous method would become asynchronous unnoticed.
  @policy
  now(): number {
    return 1;
  }

  // @ts-expect-error A stream would become a promise unnoticed.
  @policy
  stream(): Blob & AsyncIterable<string> {
    throw new Error();
  }

  // @ts-expect-error A promise needs `retry`.
  @syncPolicy
  async read(): Promise<number> {
    return 1;
  }

  // @ts-expect-error Only methods can be decorated, not properties.
  @policy
  load = async (): Promise<number> => 1;

  // @ts-expect-error Only methods can be decorated, not accessors.
  @policy
  get ready(): Promise<number> {
    return Promise.resolve(1);
  }

  // @ts-expect-error Only methods can be decorated, not accessors.
  @policy
  accessor state: Promise<number> = Promise.resolve(1);

  // @ts-expect-error `retry` needs options.
  @retry
  async bare(): Promise<void> {}
}

// @ts-expect-error Only methods can be decorated, not classes.
@policy
export class Whole {}

// Hooks and their details.

// @ts-expect-error The parameter is an array, not a hook.
setRetryHooks(() => {});
// @ts-expect-error The parameter is an array. Use `[]` for no hooks.
setRetryHooks(null);
// @ts-expect-error The array holds hooks, not names.
setRetryHooks(['log']);
// @ts-expect-error A hook is required.
addRetryHook();
// @ts-expect-error The parameter is a hook, not an array.
addRetryHook([() => {}]);
addRetryHook({
  // @ts-expect-error The name is misspelt.
  onRetries: () => {},
});
export const inspected = (details: RetryDetails, end: GiveUpDetails): void => {
  // @ts-expect-error Details are frozen.
  details.waitFor = 0;
  // @ts-expect-error Only retries have a wait.
  end.waitFor;
  // @ts-expect-error Only retries have a number.
  end.retryNum;
  // @ts-expect-error Details are frozen.
  details.name = 'other';
  // @ts-expect-error Details are frozen.
  details.args.push(1);
  // @ts-expect-error Details are frozen.
  end.errors.pop();
  // @ts-expect-error Details are frozen.
  end.reason = 'timeout';
  // @ts-expect-error `causedBy` is `unknown`, because anything may be thrown.
  details.causedBy.message;
  // @ts-expect-error There is no such reason.
  if (end.reason === 'cancelled') return;
};

// Modes and the budget.

// @ts-expect-error The value is a boolean.
setActive();
// @ts-expect-error The value is a boolean.
setActive('on');
// @ts-expect-error The value is a boolean.
setTesting();
setTesting(true, {
  // @ts-expect-error The option is unknown.
  retries: 1,
});
setTesting(true, {
  // @ts-expect-error The value is a number, not text.
  attempts: '1',
});
// @ts-expect-error The parameter is options, not a number.
retryBudget(0.1);
retryBudget({
  // @ts-expect-error The option is unknown.
  share: 0.1,
});
retryBudget({
  // @ts-expect-error The value is a number, not text.
  ratio: '10%',
});
// @ts-expect-error The property is read-only.
retryBudget().balance = 10;
// @ts-expect-error There is no such property.
retryBudget().ratio;
// @ts-expect-error There is only one parameter.
retryBudget({}, () => 0);

// Libraries.

export const withOn: LibraryOptions = {
  attempts: 3,
  // @ts-expect-error The library classifies errors call by call.
  on: HttpError,
};
// @ts-expect-error The parameter is options, not a function.
libraryPolicy(() => true);
const library = libraryPolicy();
// @ts-expect-error The parameter is options, not a signal.
library.begin(controller.signal);
// @ts-expect-error `begin` makes no attempt.
library.begin(() => load('1'));
library.begin({
  // @ts-expect-error The option belongs to the policy.
  attempts: 3,
});
// @ts-expect-error The property is read-only.
library.begin().attempts = 3;
// @ts-expect-error The error comes first.
library.begin().retry({ attempt: () => load('1'), classify: () => true });
// @ts-expect-error The parameter is a call with methods, not a function.
library.begin().retry(new Error('first'), () => load('1'));
// @ts-expect-error `classify` is required.
library.begin().retry(new Error('first'), { attempt: () => load('1') });
// @ts-expect-error `attempt` is required.
library.begin().retry(new Error('first'), { classify: () => true });
library.begin().retry(new Error('first'), {
  // @ts-expect-error `attempt` gets an attempt, not an id.
  attempt: load,
  classify: () => true,
});
library.begin().retry(new Error('first'), {
  attempt: () => load('1'),
  // @ts-expect-error `classify` must answer.
  classify: () => {},
});
// @ts-expect-error The name of the option comes first.
toPredicate(HttpError);
// @ts-expect-error The parameter is a function that makes a storage.
runInScope({ getStore: () => undefined, run: (_store, fn) => fn() }, () => {});
