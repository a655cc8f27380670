export type { FlakyRequest } from './flaky-request.ts';
export { type FlakyServer, type FlakyServerOptions, flakyServer } from './flaky-server.ts';
export type { FlakyScript, FlakyStep } from './flaky-step.ts';
export type { FlakyTls } from './flaky-tls.ts';
