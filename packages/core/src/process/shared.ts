import { type Disposer, disposer } from './disposable.ts';

/** The options of test mode. `attempts` replaces the `attempts` of a policy. With `cap`, it can only lower them. */
export interface TestMode {
  readonly attempts: number;
  readonly cap: boolean;
}

/** The activation and test mode of calls that begin now. They take precedence over the options of a policy. */
export interface Mode {
  readonly active: boolean;
  readonly testing: TestMode | undefined;
}

/**
 * All values that were set and not disposed of, the oldest first. Each is wrapped in an object, so that a disposer
 * finds its own entry among equal values.
 */
export type Settings<Value> = readonly { readonly value: Value }[];

/** The activation and test mode of the process, or of one scope. */
export interface ModeSettings {
  active: Settings<boolean>;
  testing: Settings<TestMode | undefined>;
  /**
   * Derived from the other two fields. It is `undefined` while both have their defaults, so that a call has only one
   * field to check.
   */
  mode: Mode | undefined;
}

/** A part of the program that has settings of its own. */
export interface Scope {
  /** The scope that this one was opened in. */
  readonly outer: Scope | undefined;
}

/**
 * The process-wide hooks, in the order in which they are called. The set is changed in place, because copying it for
 * each new hook would take too long if there are many. Each change puts the set into a new object, so that
 * `hasOnSettle` becomes unknown.
 */
export interface Hooks {
  readonly entries: Set<{ readonly value: object }>;
  /** Whether one of the hooks has `onSettle`. `undefined` if that is not known yet. */
  hasOnSettle?: boolean;
}

/** The methods of an `AsyncLocalStorage` that are used here. */
export interface ScopeStorage {
  getStore(): unknown;
  run<Result>(store: any, fn: () => Result): Result;
}

/** Describes how a call gave up with an error. */
export interface GiveUp {
  /** Its position among all give-ups of the process, from 1. */
  readonly num: number;
  /** The number of attempts that the call made. */
  readonly attempts: number;
  /** False if the call was limited to one attempt. Such a call multiplies nothing. */
  readonly mayRetry: boolean;
}

/**
 * The state that all copies of this package in a process share, whatever their versions. Later versions may add fields,
 * but must not change or remove any.
 */
interface Shared extends ModeSettings {
  /** The process-wide hooks. */
  hooks: Hooks;
  /** The hooks that have failed, and other causes of warnings. Each causes only one warning. */
  warned: WeakSet<object>;
  /** The number of calls that gave up with an object. */
  giveUps: number;
  /** The errors with which calls gave up, and their last give-up. */
  gaveUpWith: WeakMap<object, GiveUp>;
  /**
   * Finds the scope of the running code. Set when the first scope is opened. From then on, `mode` is never `undefined`.
   */
  scopes?: ScopeStorage;
}

/**
 * The number of settings that are kept for each mode. It is limited because some programs set a mode again and again,
 * and never dispose of it.
 */
const KEPT_VALUES = 1_000;

/** The key of the shared state. Copies of this package that use different keys share nothing. */
const KEY = Symbol.for('@stamina/core/1');
const holder = globalThis as { [KEY]?: Shared };

holder[KEY] ??= {
  active: [],
  testing: [],
  hooks: { entries: new Set(), hasOnSettle: false },
  mode: undefined,
  warned: new WeakSet(),
  giveUps: 0,
  gaveUpWith: new WeakMap(),
};

export const shared: Shared = holder[KEY];

/** The mode of calls while nothing is set. */
export const USUAL: Mode = { active: true, testing: undefined };

/** Returns the settings of the scope that the running code is in. Outside all scopes, returns those of the process. */
export function currentSettings(): ModeSettings {
  return (shared.scopes?.getStore() as ModeSettings | undefined) ?? shared;
}

/** Adds a setting to the current scope. Returns a disposer that removes it. */
export function addSetting<Key extends 'active' | 'testing'>(key: Key, entry: ModeSettings[Key][number]): Disposer {
  const settings = currentSettings();
  const change = (entries: Settings<unknown>): void => {
    settings[key] = entries as ModeSettings[Key];
    const active = settings.active.at(-1)?.value ?? true;
    const testing = settings.testing.at(-1)?.value;
    settings.mode = active && !testing && !shared.scopes ? undefined : { active, testing };
  };
  change([...settings[key].slice(1 - KEPT_VALUES), entry]);
  return disposer(() => change(settings[key].filter((other) => other !== entry)));
}
