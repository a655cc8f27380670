import type { Halt } from '../decision/decide.ts';
import { afterTurn } from '../time/clock.ts';

/** A policy, or the terms of a call, whose signals can abort or stop the call. */
interface Abortable {
  readonly signals: readonly AbortSignal[];
  /** The signal that stops retrying, and nothing else. */
  readonly stop?: AbortSignal | undefined;
}

/** Returns whether a call was aborted, or may make no further attempts. Returns `undefined` if neither is true. */
export function haltOf(call: Abortable): Halt | undefined {
  return abortedSignal(call) ? 'aborted' : call.stop?.aborted ? 'stopped' : undefined;
}

/** Returns whether signals can end a wait. */
export function isHaltable({ signals, stop }: Abortable): boolean {
  return signals.length > 0 || stop !== undefined;
}

/** Returns the signals that end a wait. */
export function waitSignals({ signals, stop }: Abortable): readonly AbortSignal[] {
  return stop ? [...signals, stop] : signals;
}

/**
 * Returns the signal that was aborted, or `undefined` if none was. If several were, returns the one that was aborted
 * first. That is known only if someone listened to them. Otherwise returns the first aborted signal of the list.
 */
export function abortedSignal({ signals }: Abortable): AbortSignal | undefined {
  if (signals.length === 0) return undefined;
  let first: AbortSignal | undefined;
  for (const signal of signals) {
    if (signal.aborted && (!first || watchOf(signal).abortNum < watchOf(first).abortNum)) first = signal;
  }
  return first;
}

/**
 * Returns the reason of an aborted signal. The signals of some polyfills have no reason. For such a signal, always
 * returns the same `AbortError`.
 */
export function reasonOf(signal: AbortSignal): unknown {
  const { reason } = signal;
  if (reason !== undefined) return reason;
  const watch = watchOf(signal);
  watch.substitute ??= namedError('AbortError', 'this operation was aborted');
  return watch.substitute;
}

/** Makes an error with a name. It is no `DOMException`, because React Native has no such class. */
export function namedError(name: string, message: string, options?: ErrorOptions): Error {
  return Object.assign(new Error(message, options), { name });
}

/**
 * The number of callbacks that one turn of the event loop runs after an abort. Ending a call takes about 10 µs, and
 * very many calls may share a signal.
 */
const CALLBACKS_PER_TURN = 1_000;

/** Runs callbacks, which may be removed in the meantime. The event loop gets a turn after each thousand of them. */
function runCallbacks(callbacks: Iterator<() => void>): void {
  for (let count = 0; count < CALLBACKS_PER_TURN; count++) {
    const { done, value } = callbacks.next();
    if (done) return;
    value();
  }
  afterTurn(() => runCallbacks(callbacks));
}

/** The state of one watched signal. */
interface Watch {
  /** The functions to call when the signal is aborted. */
  readonly callbacks: Set<() => void>;
  /** The listener of the signal, which calls the callbacks. */
  readonly listener: () => void;
  /** The position of its abort among all aborts that were noticed, from 1. Infinity if its abort was not noticed. */
  abortNum: number;
  /** The error that stands in for a missing reason. */
  substitute?: Error;
}

/** The number of aborts that were noticed. */
let aborts = 0;

/** Calls that share a signal share one listener, because adding a listener takes longer the more there are. */
const watches = new WeakMap<AbortSignal, Watch>();

function watchOf(signal: AbortSignal): Watch {
  let watch = watches.get(signal);
  if (!watch) {
    const callbacks = new Set<() => void>();
    const created: Watch = {
      callbacks,
      listener() {
        created.abortNum = ++aborts;
        runCallbacks(callbacks.values());
      },
      abortNum: Infinity,
    };
    watch = created;
    watches.set(signal, watch);
  }
  return watch;
}

/**
 * Calls `callback` when one of the signals is aborted, or at once if one is already aborted.
 *
 * @returns a function that stops listening, or `undefined` if there is nothing to listen to
 */
export function onAbort(signals: readonly AbortSignal[], callback: () => void): (() => void) | undefined {
  if (signals.length === 0) return undefined;
  if (signals.some(({ aborted }) => aborted)) {
    callback();
    return undefined;
  }
  for (const signal of signals) {
    const { callbacks, listener } = watchOf(signal);
    if (callbacks.size === 0) signal.addEventListener('abort', listener);
    callbacks.add(callback);
  }
  return () => {
    for (const signal of signals) {
      const { callbacks, listener } = watchOf(signal);
      callbacks.delete(callback);
      if (callbacks.size === 0) signal.removeEventListener('abort', listener);
    }
  };
}
