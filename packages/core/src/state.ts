import type { RetryHook } from './details.ts';
import { type Disposer, disposer } from './disposable.ts';
import { checkAttempts, checkBoolean, resolveOptions } from './invalid.ts';

/** How many attempts a call has in test mode: `attempts`, or with `cap` at most that many. */
interface TestMode {
  readonly attempts: number;
  readonly cap: boolean;
}

/** What calls that begin now do otherwise than their options say. */
interface Mode {
  readonly active: boolean;
  readonly testing: TestMode | undefined;
}

/** What was set and not disposed of, oldest first. An entry is told by its identity. */
type Settings<Value> = readonly { readonly value: Value }[];

/** What all copies of this package in a process share. Fields are only ever added to it. */
interface Shared {
  active: Settings<boolean>;
  testing: Settings<TestMode | undefined>;
  hooks: Settings<RetryHook>;
  /** Made from `active` and `testing`; `undefined` while nothing is out of the ordinary, so that a call looks at one field. */
  mode: Mode | undefined;
  /** Hooks that failed and were warned about. */
  warned: WeakSet<object>;
}

const KEY = Symbol.for('@stamina/core/1');
const holder = globalThis as { [KEY]?: Shared };

holder[KEY] ??= { active: [], testing: [], hooks: [], mode: undefined, warned: new WeakSet() };

/** The state of this process. */
export const shared: Shared = holder[KEY];

/** Adds a setting; returns how to remove it. */
export function addSetting<Key extends 'active' | 'testing' | 'hooks'>(key: Key, entry: Shared[Key][number]): Disposer {
  const change = (settings: Settings<unknown>): void => {
    shared[key] = settings as Shared[Key];
    const active = shared.active.at(-1)?.value ?? true;
    const testing = shared.testing.at(-1)?.value;
    shared.mode = active && !testing ? undefined : { active, testing };
  };
  change([...shared[key], entry]);
  return disposer(() => change(shared[key].filter((other) => other !== entry)));
}

/** Tells whether calls that begin now are retried. */
export function isActive(): boolean {
  return shared.mode?.active ?? true;
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
  return shared.mode?.testing !== undefined;
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
