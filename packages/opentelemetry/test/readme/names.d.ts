/*
 * The names that examples of the README use without an import. There are none.
 */
export {};
