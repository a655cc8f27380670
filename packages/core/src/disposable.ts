/** `Symbol.dispose` where the reader's type library has it (`lib: ESNext.Disposable`, `@types/node`). */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never;

/** Something to undo, by `using` where the language has it, or by calling `dispose()`; once, however often it is asked. */
export type Disposer = { dispose(): void } & { readonly [Key in DisposeKey]: () => void };

/** What a retry hook may return: disposed once, right before the retry begins. */
export type DisposableLike = { dispose(): void } | { readonly [Key in DisposeKey]: () => void };

const DISPOSE = (Symbol as { dispose?: symbol }).dispose ?? 'dispose';

/** A disposer that runs `dispose`. */
export function disposer(dispose: () => void): Disposer {
  return { dispose, [DISPOSE]: dispose } as Disposer;
}

/** The function that disposes `value`, if it is a disposable. */
export function disposeOf(value: unknown): (() => void) | undefined {
  const given = value as Record<string | symbol, unknown> | null | undefined;
  const dispose = given?.[DISPOSE] ?? given?.dispose;
  return typeof dispose === 'function' ? dispose.bind(value) : undefined;
}
