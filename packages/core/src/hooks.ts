import { isClass } from './class.ts';
import type { RetryDetails, RetryHook, RetryListener } from './details.ts';
import { type Disposer, disposeOf } from './disposable.ts';
import { checkType, show, wrongType } from './invalid.ts';
import { isThenable } from './match.ts';
import { addSetting, shared } from './state.ts';

/** The three events, by number: what their hooks and their diagnostics channels are called. */
export const RETRY = 0;
export const GIVE_UP = 1;
export const RECOVER = 2;
const HOOKS = ['onRetry', 'onGiveUp', 'onRecover'] as const;
const CHANNELS = ['stamina:retry', 'stamina:give-up', 'stamina:recover'];
export type RetryEvent = typeof RETRY | typeof GIVE_UP | typeof RECOVER;

/** Refuses a listener whose hooks are no functions; tells whether it has any. */
export function checkListener(listener: RetryListener): boolean {
  const given = HOOKS.filter((event) => listener[event] !== undefined);
  for (const event of given) checkType('function', event, listener[event]);
  return given.length > 0;
}

function toSetting(hook: RetryHook): { readonly value: RetryHook } {
  const fits =
    typeof hook === 'function' ? !isClass(hook) : typeof hook === 'object' && hook !== null && checkListener(hook);
  if (fits) return { value: hook };
  throw wrongType('hook', 'a function or an object with onRetry, onGiveUp or onRecover', hook);
}

/**
 * Replace the process-wide hooks.
 *
 * @throws TypeError for what is no hook
 * @example
 * setRetryHooks([({ name, waitFor }) => console.warn(`${name}: again in ${waitFor} ms`)]);
 */
export function setRetryHooks(hooks: readonly RetryHook[]): void {
  if (!Array.isArray(hooks)) throw wrongType('hooks', 'an array of hooks', hooks, 'use [] for none');
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

let channels: readonly (Channel | undefined)[] | undefined;

/** The channel of an event, if anyone has subscribed to it. */
function channelOf(event: RetryEvent): Channel | undefined {
  channels ??= openChannels();
  const channel = channels[event];
  return channel?.hasSubscribers ? channel : undefined;
}

function openChannels(): readonly (Channel | undefined)[] {
  const module = host()?.getBuiltinModule?.('diagnostics_channel');
  return CHANNELS.map((name) => module?.channel(name));
}

/** Whether anyone listens: details are made, and a clock is read, only then. */
export function isObserved(event: RetryEvent, own: RetryListener | undefined): boolean {
  return own !== undefined || shared.hooks.length > 0 || channelOf(event) !== undefined;
}

/** Tells everyone, whatever becomes of it. Returns how to dispose of what they returned. */
export function emit(event: RetryEvent, own: RetryListener | undefined, details: RetryDetails): (() => void)[] {
  const disposals: (() => void)[] = [];
  for (const hook of [...getRetryHooks(), own]) {
    const listen = (typeof hook === 'function' ? event === RETRY && hook : hook?.[HOOKS[event]]) as
      | ((details: RetryDetails) => unknown)
      | false
      | undefined;
    if (!listen) continue;
    // What a policy has of its own are hooks each; an object among the global ones is one.
    const failed = (error: unknown): void => warn(hook === own ? listen : (hook as RetryHook), listen.name, error);
    const isolate = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        failed(error);
      }
    };
    isolate(() => {
      const result = listen.call(hook, details);
      if (isThenable(result)) result.then(undefined, failed);
      const dispose = event === RETRY && disposeOf(result);
      if (dispose) disposals.push(() => isolate(dispose));
    });
  }
  channelOf(event)?.publish(details);
  return disposals;
}

function warn(hook: object, name: string, error: unknown): void {
  if (shared.warned.has(hook)) return;
  shared.warned.add(hook);
  const message = `A retry hook (${name || 'anonymous'}) failed. Retrying goes on; further failures of this hook are not reported.`;
  const { stack, message: reason } = (error ?? {}) as Partial<Error>;
  const detail = stack ?? reason ?? show(error);
  const node = host();
  if (node?.emitWarning) node.emitWarning(message, { type: 'StaminaWarning', detail });
  else console.warn(`${message}\n${detail}`);
}
