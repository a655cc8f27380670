import { type RetryBudget, type RetryPredicate, retryBudget } from '@stamina/core';
import { type LibraryPolicy, libraryPolicy, toPredicate } from '@stamina/core/library';
import {
  type Check,
  checkFunction,
  checkKeys,
  checkList,
  checkNumber,
  checkOptions,
  invalid,
  invalidRange,
  isFunction,
  isWhole,
  type OptionTable,
  show,
} from '@stamina/validation';
import type { FetchLike } from '../request/init.ts';
import type { Origin } from '../request/origin.ts';
import type { RetryingFetchOptions, ShouldRetry } from './options.ts';
import { perOrigin } from './per-origin.ts';

/** The options after the checks of this file. Core checks its own options later, and resolves their durations. */
interface CheckedOptions extends Omit<RetryingFetchOptions, 'methods' | 'statuses' | 'on' | 'readBody'> {
  methods: ReadonlySet<string>;
  statuses: ReadonlySet<number>;
  on?: RetryPredicate | undefined;
  readBody?: number | undefined;
}

/** The characters that a method may consist of (RFC 9110, section 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Describes a method in messages. */
const METHOD = "an HTTP method such as 'GET'";

const checkMethod: Check<string> = (name, value) => {
  if (typeof value !== 'string') throw invalid(name, METHOD, value);
  if (!TOKEN.test(value)) throw invalidRange(name, METHOD, show(value));
  return value.toUpperCase();
};

/** Makes a check for arrays that are used as sets. */
function checkSet<Item>(checkItem: Check<Item>, instead: string): Check<ReadonlySet<Item>> {
  const check = checkList(checkItem, instead);
  return (name, value) => new Set(check(name, value));
}

/** The maximum length of a body that `readBody: true` reads. */
const MAX_BYTES = 1_048_576;
const STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 527, 529];

const checkStatusSet = checkSet(checkNumber(isWhole(200, 599), 'an integer from 200 to 599'), 'write [429, 503]');

const checkStatuses: Check<ReadonlySet<number>> = (name, value) =>
  isFunction(value) ? checkStatusSet(`${name}(defaults)`, value([...STATUSES])) : checkStatusSet(name, value);

const checkMaxBytes = checkNumber(isWhole(0), 'an integer of at least 0');

/** Returns the maximum length of the bodies to read, or `undefined` to read none. */
const checkReadBody: Check<number | undefined> = (name, value) => {
  if (value === false) return undefined;
  if (value === true) return MAX_BYTES;
  checkKeys(name, value, ['maxBytes'], 'write true or { maxBytes: 65_536 }');
  const { maxBytes = MAX_BYTES } = value as { maxBytes?: unknown };
  return checkMaxBytes(`${name}.maxBytes`, maxBytes);
};

/** The row of an option that core checks later. */
const BY_CORE: { readonly check: Check<any> } = { check: (_name, value) => value };

const OPTIONS: OptionTable<CheckedOptions> = {
  methods: {
    default: new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY']),
    check: checkSet(checkMethod, "write ['GET', 'POST']"),
  },
  statuses: {
    default: new Set(STATUSES),
    check: checkStatuses,
  },
  on: { check: toPredicate },
  shouldRetry: { check: checkFunction },
  readBody: { check: checkReadBody },
  attempts: { default: 4, ...BY_CORE },
  timeout: BY_CORE,
  attemptTimeout: BY_CORE,
  deadline: BY_CORE,
  waitInitial: BY_CORE,
  waitMax: BY_CORE,
  waitJitter: BY_CORE,
  waitExpBase: BY_CORE,
  budget: BY_CORE,
  name: BY_CORE,
  fetch: { check: checkFunction },
  signal: BY_CORE,
  stop: BY_CORE,
  nested: BY_CORE,
  unref: BY_CORE,
  onRetry: BY_CORE,
  onGiveUp: BY_CORE,
  onRecover: BY_CORE,
  onSettle: BY_CORE,
};

/** The facts about a request that its policy, budget and name depend on. */
interface AddressedRequest {
  readonly method: string;
  readonly origin: Origin | undefined;
  /** The URL. It is parsed when it is first read. */
  readonly url: URL | undefined;
}

/** The options, ready for use by calls. */
export interface ResolvedOptions {
  readonly methods: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
  readonly on: RetryPredicate | undefined;
  readonly shouldRetry: ShouldRetry | undefined;
  /** The maximum length of the bodies to read, or `undefined` to read none. */
  readonly readBody: number | undefined;
  /** True if there is a `shouldRetry` or a `readBody`. */
  readonly inspects: boolean;
  readonly signal: AbortSignal | undefined;
  readonly fetch: FetchLike | undefined;
  /** True if there is an `attemptTimeout` or a `deadline`. Core then makes the first attempt as well. */
  readonly isLimited: boolean;
  /** Returns the policy of a request. By default, each origin has its own. */
  readonly policyOf: (request: AddressedRequest) => LibraryPolicy;
  /** Calls the user's `budget` function. `undefined` if there is none. */
  readonly budgetOf: ((request: AddressedRequest) => RetryBudget | undefined) | undefined;
  /** Calls the user's `name` function. `undefined` if there is none. */
  readonly nameOf: ((request: AddressedRequest) => string) | undefined;
}

/**
 * Checks the options and fills in the defaults.
 *
 * By default, each origin gets a policy of its own, which contains the budget of the origin. One policy for all origins
 * would also work, because `begin` accepts a budget. But then each call would need options of its own. These, and the
 * object that core makes of them, take 300 bytes even if the call succeeds.
 *
 * @throws TypeError or RangeError for options that are not allowed
 */
export function resolveOptions(given: RetryingFetchOptions): ResolvedOptions {
  const { methods, statuses, on, shouldRetry, readBody, fetch, budget, name, ...rest } = checkOptions(
    'options of retryingFetch',
    given,
    OPTIONS,
    'write retryingFetch({ attempts: 3 })',
  );
  const makePolicy = (budget: RetryBudget | undefined) =>
    libraryPolicy({ ...rest, name: typeof name === 'function' ? undefined : name, budget });
  const policy = makePolicy(typeof budget === 'function' || budget === false ? undefined : budget);
  const policyOf = perOrigin(() => makePolicy(retryBudget()));
  return {
    methods,
    statuses,
    on,
    shouldRetry,
    readBody,
    inspects: shouldRetry !== undefined || readBody !== undefined,
    signal: rest.signal,
    fetch,
    isLimited: Math.min(policy.attemptTimeout, policy.deadline) < Infinity,
    policyOf: ({ origin }) => (origin && budget === undefined ? policyOf(origin.origin) : policy),
    budgetOf: typeof budget === 'function' ? ({ url }) => url && budget(url) : undefined,
    nameOf: typeof name === 'function' ? ({ method, url }) => (url ? name({ method, url }) : method) : undefined,
  };
}
