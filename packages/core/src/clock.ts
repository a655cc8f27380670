/*
 * The one file that touches time and randomness. All of it is looked up on `globalThis` when used, so that fake
 * timers, installed before or after this file was loaded, drive it.
 */

/** Milliseconds on a clock that nobody sets back. */
export function now(): number {
  return performance.now();
}

/** Time since a call began: by the clock, or by its waits so far where fake timers leave the clock alone. */
export function elapsedMs(call: { readonly startedAt: number; readonly waitedMs: number }, at: number = now()): number {
  // NaN: nobody noted when it began.
  return Math.max(at - call.startedAt || 0, call.waitedMs);
}

/** Evenly drawn from [0, 1). */
export function random(): number {
  return Math.random();
}

/** The longest delay that timers take: a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A pending call of `wake`, of any length. */
export interface Timer {
  handle: unknown;
  readonly policy: { readonly unref: boolean | undefined };
  wake(): void;
}

/** Wakes `timer` in `ms`, and not before: timers cut a fraction off. */
export function startTimer(timer: Timer, ms: number): void {
  timer.handle = setTimeout(fire, Math.min(Math.ceil(ms), LONGEST_TIMER_MS), timer, ms - LONGEST_TIMER_MS);
  if (timer.policy.unref) unref(timer.handle);
}

/** Stops `timer`. */
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

/** In Deno a port gets ahead of all timers, some 60 times in a row; this does not. Taken now, before fake timers may replace it. */
const denoTurn =
  'Deno' in globalThis ? (globalThis as { setImmediate?(then: () => void): unknown }).setImmediate : undefined;

/** The turn that the event loop will have next, if somebody waits for it. */
let turn: Promise<void> | undefined;

/**
 * Calls `then` after the event loop had a turn. Not by a timer, which fake timers would hold: a message port is
 * neither throttled nor faked, but to open one is not cheap. So all who wait for the same turn share it; by a promise,
 * which calls each back in its own async context.
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

/** Blocks the thread for `ms`. Throws where blocking is not allowed, as on a browser's main thread. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
