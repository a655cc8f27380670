import { disposer, type Disposer } from './disposable.ts';
import { checkKeys, outOfRange, wrongType } from './invalid.ts';
import type { RetryHook } from './hooks.ts';

/** What calls that begin now do otherwise than their options say. */
export interface Mode {
  readonly active: boolean;
  readonly testing: TestingMode | undefined;
}

/** How many attempts a call has in test mode: `attempts`, or with `cap` at most that many. */
export interface TestingMode {
  readonly attempts: number;
  readonly cap: boolean;
}

/** What all copies of this package in a process share. Its fields are only ever added to, never changed. */
interface Shared {
  /** Settings that were not disposed of, oldest first; the last applies. */
  active: readonly { readonly value: boolean }[];
  testing: readonly { readonly value: TestingMode | undefined }[];
  /** Made from the two above; `undefined` while nothing is out of the ordinary, so that a call need look at one field only. */
  mode: Mode | undefined;
  hooks: readonly { readonly hook: RetryHook }[];
  /** Hooks that failed and were warned about. */
  warned: WeakSet<RetryHook>;
}

const KEY = Symbol.for('@stamina/core/1');
const holder = globalThis as { [KEY]?: Shared };
holder[KEY] ??= { active: [], testing: [], mode: undefined, hooks: [], warned: new WeakSet() };

/** The state of this process. */
export const shared: Shared = holder[KEY];

function refresh(): void {
  const active = isActive();
  const testing = shared.testing.at(-1)?.value;
  shared.mode = active && !testing ? undefined : { active, testing };
}

function push<Entry>(key: 'active' | 'testing', entry: Entry): Disposer {
  const lists = shared as unknown as Record<typeof key, readonly Entry[]>;
  lists[key] = [...lists[key], entry];
  refresh();
  return disposer(() => {
    lists[key] = lists[key].filter((other) => other !== entry);
    refresh();
  });
}

/** Tells whether calls that begin now are retried. */
export function isActive(): boolean {
  return shared.active.at(-1)?.value ?? true;
}

/**
 * Switches retrying on or off for calls that begin afterwards, in the whole process. Off, everything runs once.
 *
 * @returns a disposable that removes this setting; the newest that is left applies
 * @throws TypeError unless `active` is a boolean
 * @example
 * setActive(false);
 */
export function setActive(active: boolean): Disposer {
  if (typeof active !== 'boolean') throw wrongType('active', 'true or false', active);
  return push('active', { value: active });
}

/** Tells whether test mode is on. */
export function isTesting(): boolean {
  return shared.testing.at(-1)?.value !== undefined;
}

/**
 * Switches test mode on or off for calls that begin afterwards: no waiting, and `attempts` attempts.
 *
 * @param testing on or off
 * @param options `attempts` (default 1) replaces each policy's own; with `cap: true` (default false) it only limits them
 * @returns a disposable that removes this setting; the newest that is left applies
 * @throws TypeError or RangeError for a value that is not allowed
 * @example
 * setTesting(true, { attempts: 3, cap: true });
 */
export function setTesting(testing: boolean, options: { attempts?: number | undefined; cap?: boolean | undefined } = {}): Disposer {
  if (typeof testing !== 'boolean') throw wrongType('testing', 'true or false', testing);
  checkKeys('options of setTesting', options, ['attempts', 'cap'], 'write setTesting(true, { attempts: 1 })');
  const { attempts = 1, cap = false } = options;
  checkAttempts(attempts);
  if (typeof cap !== 'boolean') throw wrongType('cap', 'true or false', cap);
  return push('testing', { value: testing ? { attempts, cap } : undefined });
}

/** Refuses what is no number of attempts. */
export function checkAttempts(attempts: unknown): asserts attempts is number {
  const allowed = 'an integer of at least 1, or Infinity';
  const instead = 'use Infinity for no limit';
  if (typeof attempts !== 'number' || Number.isNaN(attempts)) throw wrongType('attempts', allowed, attempts, instead);
  if (attempts < 1 || (attempts !== Infinity && !Number.isInteger(attempts))) throw outOfRange('attempts', allowed, attempts, instead);
}
