/** `Symbol.dispose`, if the reader's type library has it (`lib: ESNext.Disposable`, `@types/node`). */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never;

/** Undoes something: call `dispose()`, or declare it with `using`. Calling it again does nothing. */
export type Disposer = { dispose(): void } & { readonly [Key in DisposeKey]: () => void };

/** A value that a retry hook may return. It is disposed of once, right before the retry begins. */
export type DisposableLike = { dispose(): void } | { readonly [Key in DisposeKey]: () => void };

const DISPOSE = (Symbol as { dispose?: symbol }).dispose ?? 'dispose';

/** Makes a disposer that calls `dispose`. */
export function disposer(dispose: () => void): Disposer {
  return { dispose, [DISPOSE]: dispose } as Disposer;
}

/** Returns the function that disposes of `value`, if it is a disposable. */
export function disposeOf(value: unknown): (() => void) | undefined {
  const given = value as Record<string | symbol, unknown> | null | undefined;
  const dispose = given?.[DISPOSE] ?? given?.dispose;
  return typeof dispose === 'function' ? dispose.bind(value) : undefined;
}
