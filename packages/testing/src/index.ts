export type { FlakyRequest } from './flaky-request.ts';
export { type FlakyServer, flakyServer } from './flaky-server.ts';
export type { FlakyAnswer, FlakyClose, FlakyHang, FlakyReset, FlakyScript, FlakyStep } from './flaky-step.ts';
