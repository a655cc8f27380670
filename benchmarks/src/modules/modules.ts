/** What is imported, from the folder of the script that imports it. */
export interface MeasuredModule {
  readonly module: string;
  /** A program that uses it for the benchmark's calls, as a bundler would find it. */
  readonly use?: string;
  /** For what runs in Node alone. */
  readonly platform?: 'node';
}

export const EMPTY = './empty.js';

const used = (module: string, id = module): MeasuredModule => ({ module, use: `./calls/prepare/${id}.ts` });

export const MODULES: readonly MeasuredModule[] = [
  { module: EMPTY },
  used('@stamina/core', 'stamina'),
  used('p-retry'),
  used('cockatiel'),
  { ...used('async-retry'), platform: 'node' },
  used('exponential-backoff'),
  { ...used('promise-retry'), platform: 'node' },
  used('@lifeomic/attempt', 'attempt'),
  used('effect'),
  used('@smithy/util-retry', 'smithy'),
  { module: '@stamina/fetch' },
  { module: 'ky' },
  { module: 'got', platform: 'node' },
  { module: 'undici', platform: 'node' },
  { module: 'fetch-retry' },
];
