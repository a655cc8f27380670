import { type RetryOptions, retry, retryBudget, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { type HttpStatusError, isTransient, retryingFetch } from '@stamina/fetch';
import { type FlakyStep, flakyServer } from '@stamina/testing';

const options = { on: isTransient, budget: retryBudget() } satisfies RetryOptions;
const step = { status: 503 } satisfies FlakyStep;

export const all = { step, setRetryHooks, retrySync, flakyServer, fetch: retryingFetch(), load: retry(options) };
export type Failure = HttpStatusError;
