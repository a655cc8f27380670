/** The part of the state of Jest that is used here. */
interface JestState {
  readonly currentlyRunningTest?: { readonly errors: readonly unknown[] } | null;
}

/**
 * Returns whether the running test of Jest has failed, or `undefined` if that is not known.
 *
 * Jest does not tell its hooks whether the test failed. But its runner keeps its state in a global property. The symbol
 * of that property is not exported, so this finds it by its description. Other runners, such as jest-jasmine2, have no
 * such property.
 */
export function hasTestFailed(): boolean | undefined {
  const key = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL');
  const state = key && (globalThis as { readonly [key]?: JestState })[key];
  const errors = state?.currentlyRunningTest?.errors;
  return errors && errors.length > 0;
}
