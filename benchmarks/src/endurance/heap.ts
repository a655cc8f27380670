import { setTimeout as pause } from 'node:timers/promises';

/** Code that was not run is dropped after some collections, and what it held with the next. */
const COLLECTIONS = 20;

/**
 * Bytes in use once nothing more can be collected. One collection is not enough: finalizers run in a later turn and free
 * more, and code that ran but once, such as what loaded a module, goes only when it has grown old.
 */
export async function settledHeap(): Promise<number> {
  if (!globalThis.gc) throw new Error('heap measures need --expose-gc');
  for (let collection = 0; collection < COLLECTIONS; collection++) {
    globalThis.gc();
    await pause(20);
  }
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
