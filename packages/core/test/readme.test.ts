import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkReadme } from '../../../scripts/vitest/readme.ts';

/** The names of the reader's own code, and modules that core cannot depend on. */
const NAMES = `
interface User {
  readonly id: string;
}
declare class HttpError extends Error {
  readonly status: number;
}
declare class ConnectionError extends Error {}
declare const id: string;
declare function load(id: string, signal?: AbortSignal): Promise<User>;
declare function query(): Promise<unknown[]>;
declare let rows: unknown[];
declare function subscribe(signal: AbortSignal): AsyncIterable<string>;
declare function handle(event: string): void;
declare const server: import('node:http').Server;

// @stamina/fetch and @stamina/transient depend on core, so core cannot depend on them. The tests of the site run what imports them.
declare module '@stamina/transient/axios' {
  export function isTransient(error: unknown): boolean;
}
declare module '@stamina/fetch' {
  export function retryingFetch(options: { attemptTimeout: { seconds: number } }): typeof globalThis.fetch;
}
declare module '@stamina/transient/pg' {
  export function isTransient(error: unknown): boolean;
}
declare module 'pg' {
  export class Pool {
    constructor(options: { connectionString: string | undefined });
    query(statement: string): Promise<{ readonly rows: readonly unknown[] }>;
    end(): Promise<void>;
  }
}
declare module 'axios' {
  const axios: { get(url: string, config: { signal: AbortSignal }): Promise<{ readonly data: unknown }> };
  export default axios;
}
`;

checkReadme(import.meta.url, 'packages/core/README.md', { names: NAMES });
checkReadme(import.meta.url, 'README.md', { names: NAMES });

test('every other package checks its README', () => {
  const packages = new URL('../../', import.meta.url);
  const others = readdirSync(packages).filter(
    (name) => name !== 'core' && existsSync(new URL(`${name}/README.md`, packages)),
  );
  expect(others.filter((name) => !existsSync(new URL(`${name}/test/readme.test.ts`, packages)))).toEqual([]);
});
