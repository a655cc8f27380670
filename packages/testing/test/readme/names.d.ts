/*
 * Names that the examples of the README use without declaring them. They were imported or made by an earlier example,
 * or belong to the reader's code.
 */
declare const flakyServer: typeof import('@stamina/testing').flakyServer;
declare const server: import('@stamina/testing').FlakyServer;
declare const expect: typeof import('vitest').expect;
declare const upload: string;
