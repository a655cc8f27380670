import type { RetryOptions } from '@stamina/core';
import { toErrorMaker } from './error-maker.ts';
import { checkKeys, checkNumber, type Range, wrongType } from './invalid.ts';

/** What `simulate` is to suppose. */
export interface SimulateOptions {
  /** How many attempts of each call fail before one succeeds; default Infinity, a total outage. */
  readonly failures?: number | undefined;
  /** How many calls; default 1 000. */
  readonly calls?: number | undefined;
  /** Where chance starts: the same seed brings the same results; an integer, default 1. */
  readonly seed?: number | undefined;
  /**
   * What failing attempts throw: a value as it is, a new instance of a class of errors, or what a function of the attempt's
   * number (from 1) returns. Needed where `on` has a hook; default an error that `on` names.
   */
  readonly error?: unknown;
  /** How long each attempt takes, in ms, until it fails or succeeds; default 0, and in the worst case as long as `attemptTimeout` allows. */
  readonly attemptTime?: number | undefined;
  /** How many calls begin in a second, evenly; default 10. It matters to budgets alone. */
  readonly callsPerSecond?: number | undefined;
}

/** A checked supposition. */
export interface Scenario {
  readonly failures: number;
  readonly calls: number;
  readonly seed: number;
  readonly attemptTime: number | undefined;
  readonly callsPerSecond: number;
  /** How attempt `num` fails, by itself. */
  readonly failure: (num: number) => { readonly error?: unknown };
}

const KEYS = ['failures', 'calls', 'seed', 'error', 'attemptTime', 'callsPerSecond'] as const;

const ENDLESS = Number.POSITIVE_INFINITY;
const FAILURES: Range = { what: 'an integer', least: 0, most: ENDLESS };
const CALLS: Range = { what: 'an integer', least: 1, most: 1_000_000 };
const SEED: Range = { what: 'an integer', least: -(2 ** 31), most: 2 ** 32 - 1 };
const TIME: Range = { what: 'milliseconds', least: 0, most: ENDLESS, fractions: true };
const RATE: Range = { what: 'a number', least: 0.001, most: 1_000_000, fractions: true };

/** Checks what is to be supposed. */
export function resolveScenario(given: unknown): Scenario {
  checkKeys('options', given, KEYS, 'write simulate(policy, { failures: 3 })');
  const options = given as { readonly [K in (typeof KEYS)[number]]?: unknown };
  const { failures, error } = options;
  return {
    failures: failures === ENDLESS ? ENDLESS : (checkNumber('options.failures', failures, FAILURES) ?? ENDLESS),
    calls: checkNumber('options.calls', options.calls, CALLS) ?? 1_000,
    seed: checkNumber('options.seed', options.seed, SEED) ?? 1,
    attemptTime: checkNumber('options.attemptTime', options.attemptTime, TIME),
    callsPerSecond: checkNumber('options.callsPerSecond', options.callsPerSecond, RATE) ?? 10,
    failure: failureOf(error),
  };
}

function failureOf(error: unknown): Scenario['failure'] {
  if (error === undefined) return () => ({});
  const make = toErrorMaker(error);
  return (num) => ({ error: make(num) });
}

/** The options of a policy that was given as such, or as what was made of them. */
export function optionsOf(policy: unknown): RetryOptions {
  const given = Object(policy) as { readonly options?: RetryOptions };
  if (given.options !== undefined) return given.options;
  if (typeof policy === 'object' && policy !== null && !Array.isArray(policy)) return policy as RetryOptions;
  throw wrongType(
    'policy',
    'retry options, or what retry() or retryContext() made of them',
    policy,
    'a function that was wrapped does not show its policy: keep that in a constant',
  );
}
