/*
 * The only file that touches time and randomness. Everything is looked up on `globalThis` when it is used, so that fake
 * timers drive it, even if they are installed after this file was loaded.
 */

/** Returns the time in ms on a clock that is never set back. */
export function now(): number {
  return performance.now();
}

/** Draws a number evenly from [0, 1). */
export function random(): number {
  return Math.random();
}

/** The longest delay of a timer. A longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Something that is woken after a time of any length. */
export interface Timer {
  /** The runtime's handle of the timer that is running. */
  handle?: unknown;
  /** Set to let the process exit while the timer is running. */
  readonly policy: { readonly unref: boolean | undefined };
  wake(): void;
}

/** Wakes `timer` after `ms`. Rounds up, because timers cut fractions off and would fire too early. */
export function startTimer(timer: Timer, ms: number): void {
  timer.handle = setTimeout(fire, Math.min(Math.ceil(ms), LONGEST_TIMER_MS), timer, ms - LONGEST_TIMER_MS);
  if (timer.policy.unref) unref(timer.handle);
}

export function stopTimer(timer: Timer): void {
  clearTimeout(timer.handle as number);
}

function fire(timer: Timer, leftMs: number): void {
  if (leftMs > 0) startTimer(timer, leftMs);
  else timer.wake();
}

function unref(handle: unknown): void {
  if (typeof handle === 'object') (handle as { unref?(): void }).unref?.();
  else (globalThis as { Deno?: { unrefTimer?(id: unknown): void } }).Deno?.unrefTimer?.(handle);
}

/**
 * Deno's way to wait for a turn. In Deno a message port overtakes all timers, about 60 times in a row; `setImmediate`
 * does not. It is read at load time, before fake timers can replace it.
 */
const denoTurn =
  'Deno' in globalThis ? (globalThis as { setImmediate?(then: () => void): unknown }).setImmediate : undefined;

/** The next turn of the event loop, if anyone waits for it. */
let turn: Promise<void> | undefined;

/**
 * Calls `then` after the event loop had a turn.
 *
 * A timer would not do, because fake timers would hold it back. A message port is neither faked nor throttled, but
 * opening one is slow, so everyone who waits for the same turn shares one. They share it through a promise, which calls
 * each `then` in the async context that it came from.
 */
export function afterTurn(then: () => void): void {
  if (denoTurn) {
    denoTurn(then);
    return;
  }
  if (typeof MessageChannel !== 'function') {
    setTimeout(then, 0);
    return;
  }
  turn ??= new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      turn = undefined;
      resolve();
    };
    port2.postMessage(undefined);
  });
  void turn.then(then);
}

/** Blocks the thread for `ms`. Throws where blocking is not allowed, such as on a browser's main thread. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
