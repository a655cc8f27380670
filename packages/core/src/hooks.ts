import { type DisposableLike, disposeOf, type Disposer, disposer } from './disposable.ts';
import { wrongType } from './invalid.ts';
import { isThenable } from './match.ts';
import { shared } from './state.ts';

/** What hooks are told. Frozen. Times are in milliseconds. */
export interface RetryDetails {
  /** What is retried. */
  readonly name: string;
  /** The arguments of the call; empty for `run` and for blocks. */
  readonly args: readonly unknown[];
  /** Number of failed attempts so far: 1 for the first retry. */
  readonly retryNum: number;
  /** The wait that begins now; 0 when none does. */
  readonly waitFor: number;
  /** All earlier waits of this call, as scheduled. */
  readonly waitedSoFar: number;
  /** What the last attempt threw. */
  readonly causedBy: unknown;
  /** The most attempts this call may have. */
  readonly attempts: number;
  /** How long retrying may go on. */
  readonly timeout: number;
}

/** What hooks are told when a call succeeded after all. */
export interface RecoverDetails extends RetryDetails {
  /** Time since the first attempt began. */
  readonly elapsed: number;
}

/** Why an error was let through: the first of these that holds. */
export type GiveUpReason = 'aborted' | 'unmatched' | 'attempts' | 'timeout' | 'budget';

/** What hooks are told when a call gives up. */
export interface GiveUpDetails extends RecoverDetails {
  readonly reason: GiveUpReason;
  /** What the newest ten attempts threw, oldest first. */
  readonly errors: readonly unknown[];
}

/** Is told of each retry, before the wait; a disposable it returns is disposed once the wait is over. */
export type OnRetry = (details: RetryDetails) => void | DisposableLike;
/** Is told when an error is let through although it, or an earlier one, was to be retried. */
export type OnGiveUp = (details: GiveUpDetails) => void;
/** Is told when a retried call succeeded. */
export type OnRecover = (details: RecoverDetails) => void;

/** Listens to any of the three events. */
export interface RetryListener {
  onRetry?: OnRetry | undefined;
  onGiveUp?: OnGiveUp | undefined;
  onRecover?: OnRecover | undefined;
}

/** A function is short for `{ onRetry }`. */
export type RetryHook = OnRetry | RetryListener;

/** The three events, and the names of their diagnostics channels. */
export const EVENTS = {
  onRetry: 'stamina:retry',
  onGiveUp: 'stamina:give-up',
  onRecover: 'stamina:recover',
} as const;
export type RetryEvent = keyof typeof EVENTS;

function toEntry(hook: RetryHook): { readonly hook: RetryHook } {
  const allowed = 'a function or an object with onRetry, onGiveUp or onRecover';
  if (typeof hook === 'function') return { hook };
  if (typeof hook !== 'object' || hook === null) throw wrongType('hook', allowed, hook);
  const present = (Object.keys(EVENTS) as RetryEvent[]).filter((event) => hook[event] !== undefined);
  if (present.length === 0) throw wrongType('hook', allowed, hook);
  for (const event of present) {
    if (typeof hook[event] !== 'function') throw wrongType(event, 'a function', hook[event]);
  }
  return { hook };
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
  shared.hooks = hooks.map(toEntry);
}

/** Tells the process-wide hooks, in the order in which they are called. */
export function getRetryHooks(): readonly RetryHook[] {
  return shared.hooks.map(({ hook }) => hook);
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
  const entry = toEntry(hook);
  shared.hooks = [...shared.hooks, entry];
  return disposer(() => {
    shared.hooks = shared.hooks.filter((other) => other !== entry);
  });
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

let channels: Record<RetryEvent, Channel | undefined> | undefined;

function channelOf(event: RetryEvent): Channel | undefined {
  if (!channels) {
    const open = host()?.getBuiltinModule?.('diagnostics_channel')?.channel;
    channels = { onRetry: open?.(EVENTS.onRetry), onGiveUp: open?.(EVENTS.onGiveUp), onRecover: open?.(EVENTS.onRecover) };
  }
  return channels[event];
}

/** Whether anyone listens: details are made, and a clock is read, only then. */
export function isObserved(event: RetryEvent, own: RetryListener | undefined): boolean {
  return own !== undefined || shared.hooks.length > 0 || channelOf(event)?.hasSubscribers === true;
}

/** Tells everyone, whatever becomes of it. Returns how to dispose of what they returned. */
export function emit(event: RetryEvent, own: RetryListener | undefined, details: RetryDetails): (() => void) | undefined {
  const disposals: (() => void)[] = [];
  const tell = (hook: RetryHook): void => {
    isolate(hook, () => {
      const result = call(hook, event, details);
      if (isThenable(result)) result.then(undefined, (error: unknown) => warn(hook, error));
      else if (event === 'onRetry') {
        const dispose = disposeOf(result);
        if (dispose) disposals.push(() => isolate(hook, dispose));
      }
    });
  };
  for (const { hook } of shared.hooks) tell(hook);
  if (own) tell(own);
  const channel = channelOf(event);
  if (channel?.hasSubscribers) channel.publish(details);
  return disposals.length > 0 ? () => disposals.forEach((dispose) => dispose()) : undefined;
}

function call(hook: RetryHook, event: RetryEvent, details: RetryDetails): unknown {
  if (typeof hook === 'function') return event === 'onRetry' ? hook(details) : undefined;
  return (hook[event] as ((details: RetryDetails) => unknown) | undefined)?.call(hook, details);
}

function isolate(hook: RetryHook, run: () => void): void {
  try {
    run();
  } catch (error) {
    warn(hook, error);
  }
}

function warn(hook: RetryHook, error: unknown): void {
  if (shared.warned.has(hook)) return;
  shared.warned.add(hook);
  const name = (typeof hook === 'function' && hook.name) || 'anonymous';
  const message = `A retry hook (${name}) failed. Retrying goes on; further failures of this hook are not reported.`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const node = host();
  if (node?.emitWarning) node.emitWarning(message, { type: 'StaminaWarning', detail });
  else console.warn(`${message}\n${detail}`);
}
