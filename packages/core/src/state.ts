import type { RetryHook } from './details.ts';
import { type Disposer, disposer } from './disposable.ts';
import { checkAttempts, checkBoolean, resolveOptions } from './invalid.ts';

/** How many attempts a call has in test mode: `attempts`, or with `cap` at most that many. */
interface TestMode {
  readonly attempts: number;
  readonly cap: boolean;
}

/** What calls that begin now do otherwise than their options say. */
export interface Mode {
  readonly active: boolean;
  readonly testing: TestMode | undefined;
}

/** What was set and not disposed of, oldest first. An entry is told by its identity. */
type Settings<Value> = readonly { readonly value: Value }[];

/** Where activation and test mode are set: for the process, or for one async context. */
interface Scope {
  active: Settings<boolean>;
  testing: Settings<TestMode | undefined>;
  /** Made from these two; `undefined` while nothing is out of the ordinary, so that a call looks at one field. */
  mode: Mode | undefined;
}

/** What all copies of this package in a process share. Fields are only ever added to it. */
interface Shared extends Scope {
  hooks: Settings<RetryHook>;
  /** Hooks that failed and were warned about. */
  warned: WeakSet<object>;
  /**
   * Tells the scope that the running code is in, if any: an `AsyncLocalStorage` that `@stamina/testing` puts here when it
   * first needs one. From then on `mode` is never `undefined`.
   */
  scopes?: { getStore(): Scope | undefined };
}

const KEY = Symbol.for('@stamina/core/1');
const holder = globalThis as { [KEY]?: Shared };

holder[KEY] ??= { active: [], testing: [], hooks: [], mode: undefined, warned: new WeakSet() };

/** The state of this process. */
export const shared: Shared = holder[KEY];

const currentScope = (): Scope => shared.scopes?.getStore() ?? shared;

/** What calls that begin now do otherwise than their options say. */
export const currentMode = (): Mode | undefined => currentScope().mode;

/** Adds a setting; returns how to remove it. Hooks are the whole process's, whatever the scope. */
export function addSetting<Key extends 'active' | 'testing' | 'hooks'>(key: Key, entry: Shared[Key][number]): Disposer {
  const scope = key === 'hooks' ? shared : (currentScope() as Shared);
  const change = (settings: Settings<unknown>): void => {
    scope[key] = settings as Shared[Key];
    const active = scope.active.at(-1)?.value ?? true;
    const testing = scope.testing.at(-1)?.value;
    scope.mode = active && !testing && !shared.scopes ? undefined : { active, testing };
  };
  change([...scope[key], entry]);
  return disposer(() => change(scope[key].filter((other) => other !== entry)));
}

/** Tells whether calls that begin now are retried. */
export function isActive(): boolean {
  return currentMode()?.active ?? true;
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
  checkBoolean('active', active);
  return addSetting('active', { value: active });
}

/** Tells whether test mode is on. */
export function isTesting(): boolean {
  return currentMode()?.testing !== undefined;
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
export function setTesting(
  testing: boolean,
  options: { attempts?: number | undefined; cap?: boolean | undefined } = {},
): Disposer {
  checkBoolean('testing', testing);
  const mode = resolveOptions<TestMode>(
    'options of setTesting',
    options,
    CHECKS,
    { attempts: 1, cap: false },
    'write setTesting(true, { attempts: 1 })',
  );
  return addSetting('testing', { value: testing ? mode : undefined });
}

const CHECKS = { attempts: checkAttempts, cap: checkBoolean };
