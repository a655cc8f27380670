import { type RetryOptions, retry } from '@stamina/core';
import { describe, expect, test } from 'vitest';
import { POLICIES } from './support/surfaces.ts';

const ALLOWED =
  'on, attempts, timeout, waitInitial, waitMax, waitJitter, waitExpBase, name, signal, attemptTimeout, budget, unref, onRetry, onGiveUp, onRecover';

const unknown = (name: string, meant: string): TypeError =>
  new TypeError(`\`${name}\` is not known in retry options; did you mean \`${meant}\`? Allowed are ${ALLOWED}`);

describe.each(Object.entries(POLICIES))('%s', (_, makePolicy) => {
  test.each([
    ['attempt', 'attempts'],
    ['atempts', 'attempts'],
    ['timeOut', 'timeout'],
    ['WAITMAX', 'waitMax'],
    ['wait_initial', 'waitInitial'],
    ['wait_max', 'waitMax'],
    ['wait_jitter', 'waitJitter'],
    ['wait_exp_base', 'waitExpBase'],
    ['expBase', 'waitExpBase'],
    ['onretry', 'onRetry'],
    ['onGiveup', 'onGiveUp'],
    ['abortSignal', 'signal'],
    ['o', 'on'],
    ['constructor', 'onRetry'],
    ['attemptsTimeout', 'attemptTimeout'],
    ['maxAttempts', 'attempts'],
    ['minTimeout', 'waitInitial'],
  ])('suggests a similar name: %s, %s', (name, meant) => {
    expect(() => makePolicy({ on: Error, [name]: undefined } as RetryOptions)).toThrow(unknown(name, meant));
  });

  test.each(['ratio', 'minPerSecond', 'window'])('`%s` belongs to the budget', (option) => {
    expect(() => makePolicy({ on: Error, [option]: 1 } as RetryOptions)).toThrow(
      new TypeError(`\`${option}\` belongs to the budget: write retryBudget({ ${option} })`),
    );
  });
});

/** Names that other libraries use, by the option of ours that they correspond to. */
const ALIASES = {
  attempts: 'retries retry maxRetries maxAttempts maxRetryAttempts numOfAttempts limit tries retryCount',
  timeout: 'maxRetryTime maxElapsedTime totalTimeout deadline',
  attemptTimeout: 'perTryTimeout timeoutPerAttempt requestTimeout',
  waitInitial: 'minTimeout startingDelay initialDelay delay retryDelay baseDelay minDelay initialBackoff interval',
  waitMax: 'maxTimeout maxDelay maxBackoff backoffLimit',
  waitJitter: 'randomize jitter',
  waitExpBase: 'factor backoff timeMultiple exponent multiplier backoffMultiplier',
  on: 'shouldRetry shouldConsumeRetry retryOn retryIf retryCondition handle when bail',
  onRetry: 'onFailedAttempt beforeRetry beforeSleep',
};
const aliases = Object.entries(ALIASES).flatMap(([option, names]) => names.split(' ').map((name) => [name, option]));

test.each(aliases)('the name `%s` of other libraries means `%s`', (name, option) => {
  expect(() => retry({ on: Error, [name as string]: 1 } as RetryOptions)).toThrow(
    unknown(name as string, option as string),
  );
});
