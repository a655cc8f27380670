export type { FlakyServerOptions, FlakyTls } from './flaky-options.ts';
export type { FlakyRequest } from './flaky-request.ts';
export { type FlakyServer, flakyServer } from './flaky-server.ts';
export type { FlakyScript, FlakyStep } from './flaky-step.ts';
