/** The part of the state of Jest that is used here. */
interface JestState {
  readonly currentlyRunningTest?: { readonly errors: readonly unknown[] } | null;
}

/**
 * Returns whether the running test of Jest has failed, or `undefined` if that is not known.
 *
 * Jest does not tell hooks how their test ended. Its runner keeps its state in a global variable whose symbol it does not
 * export, so it is found by its description. A runner without such a variable, such as jest-jasmine2, gives no answer.
 */
export function hasTestFailed(): boolean | undefined {
  const key = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL');
  const state = key && (globalThis as { readonly [key]?: JestState })[key];
  const errors = state?.currentlyRunningTest?.errors;
  return errors && errors.length > 0;
}
