export { assertGivenUp, assertRetried } from './assertions.ts';
export { type Flaky, type FlakyOptions, flaky } from './flaky.ts';
export type { FlakyServerOptions, FlakyTls } from './flaky-options.ts';
export type { FlakyRequest } from './flaky-request.ts';
export { type FlakyServer, flakyServer } from './flaky-server.ts';
export type { FlakyScript, FlakyStep } from './flaky-step.ts';
export { type RetryRecorder, recordRetries } from './recorder.ts';
export { type TestingOptions, withoutRetries, withTesting } from './scope.ts';
