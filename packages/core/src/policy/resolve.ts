import {
  type Check,
  checkBoolean,
  checkFunction,
  checkNumber,
  checkObject,
  checkString,
  checkThat,
  hasMethods,
  isAtLeast,
  isOwn,
  isSignal,
  type Owner,
  unknownOption,
} from '@stamina/validation';
import { checkAttempts } from '../decision/attempts.ts';
import { BUDGET_NAMES, type RetryBudget } from '../decision/budget.ts';
import { invalidOn, toPredicate } from '../decision/predicate.ts';
import { now, random } from '../time/clock.ts';
import { checkDuration } from '../time/duration.ts';
import type { Mutable, Policy, RetryOptions } from './options.ts';
import { warnOfSeconds } from './units.ts';

const checkWait = checkDuration(isAtLeast(0), 'finite and at least 0');
const checkLimit = checkDuration((ms) => ms > 0, 'greater than 0, or Infinity');
const checkFactor = checkNumber(isAtLeast(1), 'a finite number of at least 1');
const checkSignal: Check<AbortSignal> = checkThat(isSignal, 'an AbortSignal');
const checkBudget: Check<RetryBudget> = checkThat(
  (value) => hasMethods(value, 'deposit', 'withdraw'),
  'a retry budget',
  'make one with retryBudget()',
);

const NO_SIGNALS: readonly AbortSignal[] = [];

/**
 * Makes a policy with the default options. The fields are the options, and after them the other fields that calls need.
 * A literal with all fields is made quickly. It also gives all policies the same shape, which engines access faster.
 */
const defaultPolicy = (): Mutable<Policy> => ({
  on: undefined as never, // `resolvePolicy` requires it. A library has none.
  attempts: 10,
  timeout: 45_000,
  deadline: Infinity,
  waitInitial: 100,
  waitMax: 5_000,
  waitJitter: 1_000,
  waitExpBase: 2,
  name: undefined,
  signal: undefined,
  stop: undefined,
  attemptTimeout: Infinity,
  budget: undefined,
  nested: undefined,
  unref: undefined,
  onRetry: undefined,
  onGiveUp: undefined,
  onRecover: undefined,
  onSettle: undefined,
  signals: NO_SIGNALS,
  waits: true,
  active: true,
  origin: undefined,
  now,
  random,
});

let optionNames: readonly string[] | undefined;

/**
 * Returns the names of the options, which are all fields but the last six. They are collected when they are first needed,
 * because collecting them would slow each import of core.
 */
function namesOfOptions(): readonly string[] {
  optionNames ??= Object.keys(defaultPolicy()).slice(0, -6);
  return optionNames;
}

/** Lets functions that take other options say that an option belongs to the policy. */
export const POLICY_OWNER: Owner = {
  get names() {
    return namesOfOptions();
  },
  place: 'the policy: write retry',
};

const OWNERS: readonly Owner[] = [{ names: BUDGET_NAMES, place: 'the budget: write retryBudget' }];

/**
 * Checks the options of a policy and fills in the defaults.
 *
 * @throws TypeError or RangeError for a value that is not allowed
 */
export function resolvePolicy(options: RetryOptions): Policy {
  const policy = resolve('retry options', options, namesOfOptions, 'write retry({ on: HttpError })');
  if (policy.on === undefined) throw invalidOn('on', undefined);
  return policy;
}

/** Returns the names of the options of a library. There is no `on`, because the library classifies each error itself. */
function namesOfLibraryOptions(): readonly string[] {
  return namesOfOptions().slice(1);
}

/** Checks the options of a library and fills in the defaults, as `resolvePolicy` does. */
export function resolveLibraryPolicy(options: Omit<RetryOptions, 'on'>): Policy {
  const what = 'options of libraryPolicy';
  const policy = resolve(what, options, namesOfLibraryOptions, 'write libraryPolicy({ attempts: 4 })');
  if (policy.on !== undefined) throw unknownOption(what, 'on', namesOfLibraryOptions());
  return policy;
}

/**
 * Checks options. `what` names them in messages, `names` returns those that are allowed, and `instead` shows how to
 * write them.
 */
function resolve(what: string, options: object, names: () => readonly string[], instead: string): Policy {
  checkObject(what, options, instead);
  const policy = defaultPolicy();
  for (const name in options) {
    if (!isOwn(options, name)) continue; // Inherited fields are ignored.
    const isKnown = setOption(policy, name, options[name as keyof typeof options]);
    if (!isKnown) throw unknownOption(what, name, names(), OWNERS);
  }
  const { attempts, timeout, deadline, signal, stop } = policy;
  if (policy.attemptTimeout < Infinity) policy.origin = {};
  if (timeout < 1_000) warnOfSeconds((options as RetryOptions).timeout, policy);
  if (signal) policy.signals = [signal];
  else if (attempts === Infinity && timeout === Infinity && deadline === Infinity && !stop) {
    throw new RangeError('`attempts` and `timeout` must not both be Infinity without a `deadline`, `signal` or `stop`');
  }
  return policy;
}

/**
 * Checks an option and sets it, unless it is `undefined`. `policy` may also be the terms of a call. Many programs make
 * a policy for each call, and a `switch` takes a third of the time of a table of checks, because then the engine knows
 * the field that is set.
 *
 * @returns whether there is an option of this name
 * @throws TypeError or RangeError for a value that is not allowed
 */
export function setOption(policy: Partial<Mutable<Policy>>, name: string, value: unknown): boolean {
  if (value === undefined) return namesOfOptions().includes(name);
  switch (name) {
    case 'on':
      policy.on = toPredicate(name, value);
      break;
    case 'attempts':
      policy.attempts = checkAttempts(name, value);
      break;
    case 'timeout':
      policy.timeout = checkLimit(name, value);
      break;
    case 'deadline':
      policy.deadline = checkLimit(name, value);
      break;
    case 'waitInitial':
      policy.waitInitial = checkWait(name, value);
      break;
    case 'waitMax':
      policy.waitMax = checkWait(name, value);
      break;
    case 'waitJitter':
      policy.waitJitter = checkWait(name, value);
      break;
    case 'waitExpBase':
      policy.waitExpBase = checkFactor(name, value);
      break;
    case 'name':
      policy.name = checkString(name, value);
      break;
    case 'signal':
    case 'stop':
      policy[name] = checkSignal(name, value);
      break;
    case 'attemptTimeout':
      policy.attemptTimeout = checkLimit(name, value);
      break;
    case 'budget':
      policy.budget = checkBudget(name, value);
      break;
    case 'nested':
    case 'unref':
      policy[name] = checkBoolean(name, value);
      break;
    case 'onRetry':
    case 'onGiveUp':
    case 'onRecover':
    case 'onSettle':
      policy[name] = checkFunction(name, value);
      break;
    default:
      return false;
  }
  return true;
}
