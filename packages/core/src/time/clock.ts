/*
 * The only file that uses time and randomness. With one exception, it looks up the functions of the runtime when they
 * are used, so that fake timers work even if they are installed after this file was loaded.
 */

/** Returns the time in ms, from a clock that is never set back. */
export function now(): number {
  return performance.now();
}

/** Draws a number evenly from [0, 1). */
export function random(): number {
  return Math.random();
}

/** The longest delay of `setTimeout`. With a longer one, it would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** An object that `startTimer` can wake. */
export interface Timer {
  /** The running timer, as `setTimeout` returned it. */
  handle?: unknown;
  /** The time when the timer should fire, in ms. */
  dueAtMs?: number | undefined;
  /** If `unref` is true, the process may exit while the timer is running. */
  readonly policy: { readonly unref: boolean | undefined };
  wake(): void;
}

/**
 * Wakes `timer` after `ms`, even if that is longer than `setTimeout` allows. Rounds up, because `setTimeout` drops
 * fractions and would fire too early. A negative time counts as 0, because Node warns about it.
 */
export function startTimer(timer: Timer, ms: number): void {
  timer.dueAtMs = now() + ms;
  if (ms > LONGEST_TIMER_MS) {
    setTimer(timer, LONGEST_TIMER_MS, startTimer.bind(undefined, timer, ms - LONGEST_TIMER_MS));
  } else setTimer(timer, Math.max(0, Math.ceil(ms)), wakeWhenDue.bind(timer));
}

/**
 * Calls `then` after `ms`. Callers bind `then`, because mocks of `setTimeout` may not pass arguments on, and
 * because a bound function takes less memory than a closure.
 */
function setTimer(timer: Timer, ms: number, then: () => void): void {
  timer.handle = setTimeout(then, ms);
  if (timer.policy.unref) unref(timer.handle);
}

/**
 * Wakes the timer that it is bound to, or waits once more if that fired less than 1 ms too early. Node's timers may do
 * so, because they count whole milliseconds. A timer that fired even earlier was moved by fake timers that do not move
 * the clock.
 */
function wakeWhenDue(this: Timer): void {
  const earlyMs = (this.dueAtMs as number) - now();
  if (earlyMs > 0 && earlyMs < 1) setTimer(this, 2, this.wake.bind(this));
  else this.wake();
}

/** Stops a timer, if it is running. */
export function stopTimer(timer: Timer): void {
  clearTimeout(timer.handle as number);
}

function unref(handle: unknown): void {
  if (typeof handle === 'object') (handle as { unref?(): void }).unref?.();
  else (globalThis as { Deno?: { unrefTimer?(id: unknown): void } }).Deno?.unrefTimer?.(handle);
}

/**
 * `setImmediate` of Deno, which waits for a turn of the event loop. A message port does not work in Deno, because it
 * overtakes all timers about 60 times in a row. The function is read at load time, before fake timers can replace it.
 */
const denoTurn =
  'Deno' in globalThis ? (globalThis as { setImmediate?(then: () => void): unknown }).setImmediate : undefined;

/** The next turn of the event loop, if anyone waits for it. */
let turn: Promise<void> | undefined;

/**
 * Calls `then` in the next turn of the event loop.
 *
 * A timer would not work, because fake timers would hold it back. A message port is neither faked nor throttled, but it
 * is slow to open, so all callers that wait for the same turn share one. They share it through a promise, because a
 * promise calls each `then` in the async context of its caller.
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
export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
