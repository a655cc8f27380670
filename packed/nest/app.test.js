// A real NestJS application, compiled as Nest's users do.
import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { KeyGuard, metadata, start } from './dist/app.js';

const server = await start();
after(() => server.close());

/** Returns the answer of the application: the status, and the text or JSON. */
async function get(path) {
  const answer = await fetch(`${server.url}/stock/${path}`);
  const text = await answer.text();
  return [answer.status, text.startsWith('{') ? JSON.parse(text) : text];
}

// The key is the one that the method's own metadata names.
for (const [place, method, key] of [
  ['above', 'outside', 'outer'],
  ['below', 'inside', 'inner'],
  ['between', 'between', 'middle'],
]) {
  describe(`a handler with @retry ${place} Nest's own decorators`, () => {
    test('has the metadata of route, guard, key and types', () => {
      assert.deepEqual(metadata()[method], {
        name: method,
        length: 2,
        path: `${method}/:item`,
        guards: [KeyGuard],
        key,
        paramTypes: [String, String],
        returnType: Promise,
      });
    });

    test('is routed, and retried until it succeeds', async () => {
      assert.deepEqual(await get(`${method}/a?times=3&key=${key}`), [200, `${method}/a after 3`]);
    });

    test('is guarded', async () => {
      const refused = { error: 'Forbidden', message: `the key is not ${key}`, statusCode: 403 };
      assert.deepEqual(await get(`${method}/b?times=0&key=wrong`), [403, refused]);
    });

    test('fails as Nest has it once retrying gave up', async () => {
      const failed = { message: 'Internal server error', statusCode: 500 };
      assert.deepEqual(await get(`${method}/c?times=100&key=${key}`), [500, failed]);
      assert.deepEqual(await get(`${method}/c?times=0&key=${key}`), [200, `${method}/c after 10`]);
    });
  });
}
