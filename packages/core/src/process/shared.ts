import { type Disposer, disposer } from './disposable.ts';

/** The number of attempts of a call in test mode: exactly `attempts`, or at most that many with `cap`. */
export interface TestMode {
  readonly attempts: number;
  readonly cap: boolean;
}

/** What calls that begin now do differently from their options. */
export interface Mode {
  readonly active: boolean;
  readonly testing: TestMode | undefined;
}

/** Everything that was set and not disposed of, the oldest first. An entry is identified by its object, not by its value. */
export type Settings<Value> = readonly { readonly value: Value }[];

/** Holds activation and test mode, for the whole process or for one async context. */
export interface ModeSettings {
  active: Settings<boolean>;
  testing: Settings<TestMode | undefined>;
  /** Derived from the other two. It is `undefined` while nothing is unusual, so that a call needs to look at one field only. */
  mode: Mode | undefined;
}

/** A part of the program that has settings of its own. */
export interface Scope {
  /** The scope that this one was opened in. */
  readonly outer: Scope | undefined;
}

/** An `AsyncLocalStorage`, as far as it is used here. */
export interface ScopeStorage {
  getStore(): unknown;
  run<Result>(store: any, fn: () => Result): Result;
}

/** Shared by all copies of this package in a process, whatever their versions. Fields may be added, and never change. */
interface Shared extends ModeSettings {
  /** The process-wide hooks. */
  hooks: Settings<object>;
  /** Hooks that failed and were warned about. */
  warned: WeakSet<object>;
  /** Finds the scope of the running code. It is set when the first scope is opened, and from then on `mode` is never `undefined`. */
  scopes?: ScopeStorage;
}

const KEY = Symbol.for('@stamina/core/1');
const holder = globalThis as { [KEY]?: Shared };

holder[KEY] ??= { active: [], testing: [], hooks: [], mode: undefined, warned: new WeakSet() };

/** The state of this process. */
export const shared: Shared = holder[KEY];

/** Activation and test mode when nothing was set. */
export const USUAL: Mode = { active: true, testing: undefined };

/** Returns the settings that hold for the running code: those of its scope, or else of the process. */
export function currentSettings(): ModeSettings {
  return (shared.scopes?.getStore() as ModeSettings | undefined) ?? shared;
}

/** Adds a setting to the current scope; returns a disposer that removes it. Hooks are always added to the process. */
export function addSetting<Key extends 'active' | 'testing' | 'hooks'>(key: Key, entry: Shared[Key][number]): Disposer {
  const settings = key === 'hooks' ? shared : (currentSettings() as Shared);
  const change = (entries: Settings<unknown>): void => {
    settings[key] = entries as Shared[Key];
    const active = settings.active.at(-1)?.value ?? true;
    const testing = settings.testing.at(-1)?.value;
    settings.mode = active && !testing && !shared.scopes ? undefined : { active, testing };
  };
  change([...settings[key], entry]);
  return disposer(() => change(settings[key].filter((other) => other !== entry)));
}
