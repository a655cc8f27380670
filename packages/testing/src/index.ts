export type { Distribution } from './distribution.ts';
export type { FlakyServerOptions, FlakyTls } from './flaky-options.ts';
export type { FlakyRequest } from './flaky-request.ts';
export { type FlakyServer, flakyServer } from './flaky-server.ts';
export type { FlakyScript, FlakyStep } from './flaky-step.ts';
export type { SimulateOptions } from './scenario.ts';
export { type SimulatedWaits, type Simulation, simulate } from './simulate.ts';
export type { SimulatedEnd } from './simulated-end.ts';
