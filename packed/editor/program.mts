import { type RetryOptions, retry, retryBudget, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { type HttpStatusError, isTransient, retryingFetch } from '@stamina/fetch';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';
import { type FlakyStep, flakyServer, withTesting } from '@stamina/testing';

const options = { on: isTransient, budget: retryBudget() } satisfies RetryOptions;
const step = { status: 503 } satisfies FlakyStep;

setRetryHooks([pinoHook(), prometheusHook()]);

export const all = { step, retrySync, flakyServer, withTesting, fetch: retryingFetch(), load: retry(options) };
export type Failure = HttpStatusError;
