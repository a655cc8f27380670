import { checkFunction, handleRejection, invalid, isFunction, memberOf, show } from '@stamina/validation';
import { type Disposer, disposeOf, disposer } from '../process/disposable.ts';
import { shared } from '../process/shared.ts';
import { now } from '../time/clock.ts';
import { type ChannelEvent, isSubscribed, publish, readSafely, warnOnce } from './host.ts';
import type { CallDetails, OnRetry, RetryHook, RetryListener } from './payloads.ts';

/** One of the four events that hooks can listen to. */
export interface RetryEvent extends ChannelEvent {
  readonly hook: keyof RetryListener;
}

export const RETRY: RetryEvent = { hook: 'onRetry', id: 'stamina:retry' };
export const GIVE_UP: RetryEvent = { hook: 'onGiveUp', id: 'stamina:give-up' };
export const RECOVER: RetryEvent = { hook: 'onRecover', id: 'stamina:recover' };
/** The end of a call. It has no channel, because each call that succeeds would have to look for subscribers. */
export const SETTLE: RetryEvent = { hook: 'onSettle' };

/**
 * A process-wide hook, and the time when it was added, in ms. Other versions of this package may not keep that time.
 */
interface HookSetting {
  readonly value: RetryHook;
  readonly sinceMs?: number;
}

/** Returns a copy of the list of process-wide hooks. */
function settings(): HookSetting[] {
  const { entries } = shared.hooks;
  return entries.size === 0 ? [] : ([...entries] as HookSetting[]);
}

function toSetting(hook: RetryHook): HookSetting {
  checkHook(hook);
  return { value: hook, sinceMs: now() };
}

/** Throws a TypeError if `hook` is neither a function nor an object with at least one method of a hook. */
function checkHook(hook: RetryHook): void {
  if (isFunction(hook)) return;
  const methods = [RETRY, GIVE_UP, RECOVER, SETTLE]
    .map((event) => [event.hook, memberOf(hook, event.hook) as unknown] as const)
    .filter(([, method]) => method !== undefined);
  if (typeof hook === 'function' || methods.length === 0) {
    throw invalid('hook', 'a function or an object with onRetry, onGiveUp, onRecover or onSettle', hook);
  }
  for (const [name, method] of methods) checkFunction(name, method);
}

/**
 * Replaces the process-wide hooks, which are notified about the calls of all policies.
 *
 * @param hooks functions that are called for each retry, or objects with `onRetry`, `onGiveUp`, `onRecover` or
 *   `onSettle`
 * @throws TypeError for a value that is not a hook
 * @example
 * setRetryHooks([({ name, waitFor }) => console.warn(`${name}: again in ${waitFor} ms`)]);
 */
export function setRetryHooks(hooks: readonly RetryHook[]): void {
  if (!Array.isArray(hooks)) throw invalid('hooks', 'an array of hooks', hooks, 'use [] for none');
  shared.hooks = { entries: new Set(Array.from(hooks, toSetting)) }; // `map` would skip holes.
}

/** Returns the process-wide hooks, in the order in which they are called. */
export function getRetryHooks(): readonly RetryHook[] {
  return settings().map(({ value }) => value);
}

/**
 * Adds a process-wide hook. It is called after the hooks that were added before. If it is added while an attempt runs,
 * it may not hear that this attempt succeeded.
 *
 * @param hook a function that is called for each retry, or an object with `onRetry`, `onGiveUp`, `onRecover` or
 *   `onSettle`
 * @returns a disposable that removes the hook
 * @throws TypeError for a value that is not a hook
 * @example
 * using _ = addRetryHook({ onGiveUp: ({ name, reason }) => console.error(name, reason) });
 */
export function addRetryHook(hook: RetryHook): Disposer {
  const setting = toSetting(hook);
  const change = (method: 'add' | 'delete'): void => {
    const { entries } = shared.hooks;
    entries[method](setting);
    shared.hooks = { entries };
  };
  change('add');
  return disposer(() => change('delete'));
}

/**
 * Returns whether anyone listens to any event. If nobody does, no details are made and no clock is read. Each retry asks
 * this several times, so it names the fields. Looking them up as `own[event.hook]` took 60 ns.
 *
 * @param own the policy of the call, which may have hooks of its own
 */
export function isObserved(own: RetryListener): boolean {
  return (
    (own.onRetry ?? own.onGiveUp ?? own.onRecover ?? own.onSettle) !== undefined ||
    shared.hooks.entries.size > 0 ||
    isSubscribed(RETRY) ||
    isSubscribed(GIVE_UP) ||
    isSubscribed(RECOVER)
  );
}

/** Returns whether anyone listens to one event. */
export function isEventObserved(event: RetryEvent, own: RetryListener): boolean {
  if (event === SETTLE) return isSettleObserved(own);
  return isObserved(own) && (own[event.hook] !== undefined || shared.hooks.entries.size > 0 || isSubscribed(event));
}

/**
 * Returns whether anyone listens to the ends of calls. Each call that succeeds runs this, and hooks for other events
 * must not slow it down. So the hooks are searched only after they have changed.
 *
 * @param own the policy of the call, which may have an `onSettle` of its own
 */
export function isSettleObserved(own: RetryListener): boolean {
  const { hooks } = shared;
  hooks.hasOnSettle ??= getRetryHooks().some((hook) => readSafely(() => memberOf(hook, SETTLE.hook)));
  return hooks.hasOnSettle || own.onSettle !== undefined;
}

/** Returns the time when the oldest process-wide hook was added, in ms, or `undefined` if it is not known. */
export function listeningSinceMs(): number | undefined {
  return settings()[0]?.sinceMs;
}

type Listener = (details: CallDetails) => unknown;

/**
 * Calls every hook, even if another one fails.
 *
 * @param own the policy of the call, which may have hooks of its own
 * @returns functions that dispose of what the hooks returned
 */
export function emit(event: RetryEvent, own: RetryListener, details: CallDetails): (() => void)[] {
  const disposals: (() => void)[] = [];
  // `settings` returns a copy. If a hook adds another one now, the new hook is called from the next event on.
  for (const { value: hook } of settings()) {
    if (typeof hook === 'object' || event === RETRY) callHook(event, hook, details, disposals);
  }
  // The hooks of a policy are single functions. A process-wide hook may be an object with up to four methods.
  const listener = own[event.hook] as OnRetry | undefined;
  if (listener) callHook(event, listener, details, disposals);
  publish(event, details);
  return disposals;
}

function listenerOf(event: RetryEvent, hook: RetryHook): Listener | undefined {
  return (typeof hook === 'object' ? memberOf(hook, event.hook) : hook) as Listener | undefined;
}

/**
 * Calls one hook, if it listens to this event. If the hook fails, now or when its result is disposed of, a warning
 * reports that.
 */
function callHook(event: RetryEvent, hook: RetryHook, details: CallDetails, disposals: (() => void)[]): void {
  const failed = (error: unknown): void => reportFailure(event, hook, error);
  try {
    const result = listenerOf(event, hook)?.call(hook, details);
    if (result === undefined) return;
    handleRejection(result, failed);
    const dispose = disposeOf(result);
    if (!dispose) return;
    disposals.push(() => {
      try {
        handleRejection(dispose(), failed);
      } catch (error) {
        failed(error);
      }
    });
  } catch (error) {
    failed(error);
  }
}

/** Warns that a hook has failed, once for each hook. */
function reportFailure(event: RetryEvent, hook: RetryHook, error: unknown): void {
  warnOnce(hook, () => {
    const name = readSafely(() => `${listenerOf(event, hook)?.name}`);
    const detail = readSafely(() => {
      const { stack, message } = Object(error) as Partial<Error>;
      return `${stack ?? message ?? show(error)}`;
    });
    return [
      `The retry hook ${name || 'anonymous'} failed; its further failures are not reported. Retrying goes on.`,
      detail ?? show(error),
    ];
  });
}
