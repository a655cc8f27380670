import { reasonOf } from './signal.ts';

/**
 * Awaits a value, or rejects with the reason of an abort that comes first. A value that comes later is passed to
 * `dispose`, because nobody else will use it.
 */
export async function unlessAborted<Value>(
  promised: Value | PromiseLike<Value>,
  signal: AbortSignal,
  dispose: (late: Value) => unknown,
): Promise<Value> {
  let abort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(reasonOf(signal));
      Promise.resolve(promised)
        .then(dispose)
        .catch(() => {});
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promised, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
