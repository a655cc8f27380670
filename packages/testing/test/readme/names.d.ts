/*
 * Names that the README's examples use without saying where they come from: what an earlier example imported or made,
 * and the reader's code.
 */
declare const flakyServer: typeof import('@stamina/testing').flakyServer;
declare const server: import('@stamina/testing').FlakyServer;
declare const expect: typeof import('vitest').expect;
declare const upload: string;
