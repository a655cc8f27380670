/** `Symbol.dispose` where the reader's type library has it (`lib: ESNext.Disposable`, `@types/node`). */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never;

/** Something to undo, by `using` where the language has it, or by calling `dispose()`. */
export type Disposer = { dispose(): void } & { readonly [Key in DisposeKey]: () => void };

/** What a retry hook may return: disposed once, right before the retry begins. */
export type DisposableLike = { dispose(): void } | { readonly [Key in DisposeKey]: () => void };

const disposeKey = (Symbol as { dispose?: symbol }).dispose;

/** A disposer that runs `undo` once, however often it is disposed. */
export function disposer(undo: () => void): Disposer {
  let done = false;
  const dispose = (): void => {
    if (done) return;
    done = true;
    undo();
  };
  return { dispose, ...(disposeKey && { [disposeKey]: dispose }) } as Disposer;
}

/** The function that disposes `value`, if it is a disposable. */
export function disposeOf(value: unknown): (() => void) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  const dispose = (disposeKey && (value as Record<symbol, unknown>)[disposeKey]) ?? (value as { dispose?: unknown }).dispose;
  return typeof dispose === 'function' ? dispose.bind(value) : undefined;
}
