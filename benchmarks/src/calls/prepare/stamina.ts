import { type RetryOptions, retry } from '@stamina/core';
import type { Prepare, Terms } from '../call.ts';

/** The options for some terms: the defaults where they say nothing else. */
export const optionsFor = ({ waitMs, timeoutMs }: Terms): RetryOptions => ({
  on: Error,
  ...(timeoutMs === 45_000 ? {} : { timeout: timeoutMs }),
  ...(waitMs === undefined ? {} : { waitInitial: waitMs, waitJitter: 0, waitMax: waitMs }),
});

export const prepare: Prepare = (fn, terms) => retry(optionsFor(terms))(fn);
