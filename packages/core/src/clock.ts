/*
 * The one file that touches time and randomness. All of it is looked up on `globalThis` when used, so that fake
 * timers, installed before or after this file was loaded, drive it.
 */

/** Milliseconds on a clock that nobody sets back. */
export function now(): number {
  return performance.now();
}

/** The longest delay that timers take: a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A pending call of `wake`, of any length. */
export interface Timer {
  handle: unknown;
  leftMs: number;
  readonly unref: boolean;
  wake(): void;
}

/** Starts `timer`; its `leftMs` says when to wake. */
export function startTimer(timer: Timer): void {
  const ms = Math.min(timer.leftMs, LONGEST_TIMER_MS);
  timer.leftMs -= ms;
  timer.handle = setTimeout(fire, ms, timer);
  if (timer.unref) unref(timer.handle);
}

/** Stops `timer`. */
export function stopTimer(timer: Timer): void {
  clearTimeout(timer.handle as number);
}

function fire(timer: Timer): void {
  if (timer.leftMs > 0) startTimer(timer);
  else timer.wake();
}

function unref(handle: unknown): void {
  if (typeof handle === 'object') (handle as { unref?(): void }).unref?.();
  else (globalThis as { Deno?: { unrefTimer?(id: unknown): void } }).Deno?.unrefTimer?.(handle);
}

/**
 * Calls `then` after the event loop had a turn. Not by a timer, which fake timers would hold: a message port is
 * neither throttled nor faked.
 */
export function afterTurn(then: () => void): void {
  if (typeof MessageChannel !== 'function') {
    setTimeout(then, 0);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    then();
  };
  port2.postMessage(undefined);
}

/** Blocks the thread for `ms`. Throws where blocking is not allowed, as on a browser's main thread. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
