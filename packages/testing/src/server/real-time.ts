/*
 * The clock and the timers of the server. This module reads them when it loads, before a test can replace them with
 * fake ones. The server stands for another machine, whose time a test cannot change.
 */
import * as timers from 'node:timers';
import * as promises from 'node:timers/promises';

/** Returns the time of `performance.now()`, in ms. */
export const now: () => number = performance.now.bind(performance);

export const startTimer: typeof timers.setTimeout = timers.setTimeout;
export const stopTimer: typeof timers.clearTimeout = timers.clearTimeout;

/** Resolves after a time in ms. */
export const wait: typeof promises.setTimeout = promises.setTimeout;

/** Resolves in the next turn of the event loop. */
export const nextTurn: typeof promises.setImmediate = promises.setImmediate;
