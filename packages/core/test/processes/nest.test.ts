import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { node, path } from './child.ts';

// A real NestJS application, compiled as Nest users do: `experimentalDecorators`, `emitDecoratorMetadata`.
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
let app: {
  readonly KeyGuard: unknown;
  metadata(): Record<string, unknown>;
  start(): Promise<typeof server>;
};
let server: { readonly url: string; close(): Promise<void> };

beforeAll(async () => {
  expect(await node([tsc, '-p', path('fixtures/nest')])).toEqual({ code: 0, output: '' });
  app = (await import(/* @vite-ignore */ pathToFileURL(path('fixtures/nest/dist/app.js')).href)) as typeof app;
  server = await app.start();
}, 60_000);
afterAll(() => server?.close());

// The key is the one that the method's own metadata names.
describe.each([
  ['above', 'outside', 'outer'],
  ['below', 'inside', 'inner'],
  ['between', 'between', 'middle'],
])("a NestJS handler with @retry %s Nest's own decorators", (_, method, key) => {
  test('has the metadata of route, guard, key and types', () => {
    expect(app.metadata()[method]).toEqual({
      name: method,
      length: 2,
      path: `${method}/:item`,
      guards: [app.KeyGuard],
      key,
      paramTypes: [String, String],
      returnType: Promise,
    });
  });

  test('is routed, and retried until it succeeds', async () => {
    const answer = await fetch(`${server.url}/stock/${method}/${method}-a?times=3&key=${key}`);
    expect([answer.status, await answer.text()]).toEqual([200, `${method}-a after 3`]);
  });

  test('is guarded', async () => {
    const answer = await fetch(`${server.url}/stock/${method}/${method}-b?times=0&key=wrong`);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { error: 'Forbidden', message: `the key is not ${key}`, statusCode: 403 },
    ]);
  });

  test('fails as Nest has it once retrying gave up', async () => {
    const answer = await fetch(`${server.url}/stock/${method}/${method}-c?times=100&key=${key}`);
    expect(answer.status).toBe(500);
    await answer.text();
    const next = await fetch(`${server.url}/stock/${method}/${method}-c?times=0&key=${key}`);
    expect(await next.text()).toBe(`${method}-c after 10`);
  });
});
