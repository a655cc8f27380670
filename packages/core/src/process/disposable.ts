import { memberOf } from '@stamina/validation';

/** The type of `Symbol.dispose`, or `never` if the user's type library lacks it. `@types/node` has it, for example. */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never;

/**
 * An object that undoes something. Call `dispose()`, or declare the object with `using`. A second call does nothing.
 */
export type Disposer = { dispose(): void } & { readonly [Key in DisposeKey]: () => void };

/** A value that a retry hook may return. It is disposed of once, when the wait ends. */
export type DisposableLike = { dispose(): void } | { readonly [Key in DisposeKey]: () => void };

/** The key of the method that `using` calls. Old runtimes have no such symbol, and get the method `dispose` alone. */
const DISPOSE = (Symbol as { dispose?: symbol }).dispose ?? 'dispose';

/** Makes a disposer. `dispose` must do nothing if it is called again. */
export function disposer(dispose: () => void): Disposer {
  return { dispose, [DISPOSE]: dispose } as Disposer;
}

/** Returns a function that disposes of `value`, or `undefined` if `value` is not a disposable. */
export function disposeOf(value: unknown): (() => unknown) | undefined {
  const dispose: unknown = memberOf(value, DISPOSE) ?? memberOf(value, 'dispose');
  return typeof dispose === 'function' ? dispose.bind(value) : undefined;
}
