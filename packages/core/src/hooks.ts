import { isClass } from './class.ts';
import type { RetryDetails, RetryHook, RetryListener } from './details.ts';
import { type Disposer, disposeOf } from './disposable.ts';
import { checkFunction, invalid, show } from './invalid.ts';
import { isThenable } from './match.ts';
import { addSetting, shared } from './state.ts';

/** One of the three events: what its hooks and its diagnostics channel are called. */
export interface RetryEvent {
  readonly hook: keyof RetryListener;
  readonly id: string;
  /** Opened when first asked for. */
  channel?: Channel | undefined;
}

export const RETRY: RetryEvent = { hook: 'onRetry', id: 'stamina:retry' };
export const GIVE_UP: RetryEvent = { hook: 'onGiveUp', id: 'stamina:give-up' };
export const RECOVER: RetryEvent = { hook: 'onRecover', id: 'stamina:recover' };

function toSetting(hook: RetryHook): { readonly value: RetryHook } {
  let fits = typeof hook === 'function' && !isClass(hook);
  if (typeof hook === 'object') {
    for (const { hook: name } of [RETRY, GIVE_UP, RECOVER]) {
      if (hook?.[name] !== undefined) fits = Boolean(checkFunction(name, hook[name]));
    }
  }
  if (fits) return { value: hook };
  throw invalid('hook', 'a function or an object with onRetry, onGiveUp or onRecover', hook);
}

/**
 * Replace the process-wide hooks.
 *
 * @throws TypeError for what is no hook
 * @example
 * setRetryHooks([({ name, waitFor }) => console.warn(`${name}: again in ${waitFor} ms`)]);
 */
export function setRetryHooks(hooks: readonly RetryHook[]): void {
  if (!Array.isArray(hooks)) throw invalid('hooks', 'an array of hooks', hooks, 'use [] for none');
  shared.hooks = Array.from(hooks, toSetting); // `map` would pass over holes.
}

/** Tells the process-wide hooks, in the order in which they are called. */
export function getRetryHooks(): readonly RetryHook[] {
  return shared.hooks.map(({ value }) => value);
}

/**
 * Add a process-wide hook behind those that are there.
 *
 * @returns a disposable that removes it
 * @throws TypeError for what is no hook
 * @example
 * using _ = addRetryHook({ onGiveUp: ({ name, reason }) => console.error(name, reason) });
 */
export function addRetryHook(hook: RetryHook): Disposer {
  return addSetting('hooks', toSetting(hook));
}

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}
interface Process {
  getBuiltinModule?(id: string): { channel(name: string): Channel } | undefined;
  emitWarning?(warning: string, options: { type: string; detail: string }): void;
}
const host = (): Process | undefined => (globalThis as { process?: Process }).process;

/** The channel of an event, if anyone has subscribed to it. */
function channelOf(event: RetryEvent): Channel | undefined {
  const channel = event.channel ?? openChannel(event);
  return channel?.hasSubscribers ? channel : undefined;
}

function openChannel(event: RetryEvent): Channel | undefined {
  event.channel = host()?.getBuiltinModule?.('diagnostics_channel')?.channel(event.id);
  return event.channel;
}

/** Whether anyone listens: details are made, and a clock is read, only then. */
export function isObserved(event: RetryEvent, own: RetryListener): boolean {
  return own[event.hook] !== undefined || shared.hooks.length > 0 || channelOf(event) !== undefined;
}

type Listen = (details: RetryDetails) => unknown;

/** Tells everyone, whatever becomes of it. Returns how to dispose of what they returned. */
export function emit(event: RetryEvent, own: RetryListener, details: RetryDetails): (() => void)[] {
  const disposals: (() => void)[] = [];
  for (const { value: hook } of shared.hooks) {
    hear(details, disposals, typeof hook === 'object' ? hook[event.hook] : event === RETRY && hook, hook);
  }
  // What a policy has of its own are hooks each; an object among the global ones is one.
  hear(details, disposals, own[event.hook]);
  channelOf(event)?.publish(details);
  return disposals;
}

/** Tells one hook, if it listens. What it throws, now or when what it returned is disposed of, is only warned about. */
function hear(details: RetryDetails, disposals: (() => void)[], listen: unknown, hook = listen): void {
  if (!listen) return;
  const failed = (error: unknown): void => warn(hook as object, listen as Listen, error);
  try {
    const result = (listen as Listen).call(hook, details);
    if (isThenable(result)) result.then(undefined, failed);
    const dispose = disposeOf(result);
    if (!dispose) return;
    disposals.push(() => {
      try {
        dispose();
      } catch (error) {
        failed(error);
      }
    });
  } catch (error) {
    failed(error);
  }
}

function warn(hook: object, { name }: Listen, error: unknown): void {
  if (shared.warned.has(hook)) return;
  shared.warned.add(hook);
  const message = `A retry hook (${name || 'anonymous'}) failed. Retrying goes on; further failures of this hook are not reported.`;
  const { stack, message: reason } = (error ?? {}) as Partial<Error>;
  const detail = stack ?? reason ?? show(error);
  const node = host();
  if (node?.emitWarning) node.emitWarning(message, { type: 'StaminaWarning', detail });
  else console.warn(`${message}\n${detail}`);
}
