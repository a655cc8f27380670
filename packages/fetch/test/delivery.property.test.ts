import { type FlakyStep, flakyServer } from '@stamina/testing';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { quickFetch, REFUSED_URL } from './support/quick-fetch.ts';

const TEXT = 'whole'.repeat(40_000);

const { numRuns = 150 } = fc.readConfigureGlobal();
vi.setConfig({ testTimeout: 20_000 + 400 * numRuns });

const step: fc.Arbitrary<FlakyStep> = fc.oneof(
  fc.record({ status: fc.constantFrom(200, 204, 404, 408, 425, 429, 500, 502, 503, 504) }),
  fc.constant<FlakyStep>({ status: 503, headers: { 'retry-after-ms': '1' } }),
  fc.record({ status: fc.constantFrom(303, 307), headers: fc.constant({ location: REFUSED_URL }) }),
  fc.constant<FlakyStep>({ status: 503, endless: true }),
  fc.constant<FlakyStep>({ status: 503, body: 'x'.repeat(100_000), truncate: 10 }),
  fc.constant<FlakyStep>({ reset: true }),
  fc.constant<FlakyStep>({ close: true }),
  // These fail in the middle of the body.
  fc.record({ read: fc.integer({ min: 1, max: 100_000 }), reset: fc.constant(true as const) }),
  fc.record({ read: fc.integer({ min: 1, max: 100_000 }), close: fc.constant(true as const) }),
  fc.record({ read: fc.integer({ min: 1, max: 100_000 }), status: fc.constant(503) }),
);

const stream = (): ReadableStream<Uint8Array> => {
  const bytes = new TextEncoder().encode(TEXT);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, at + 30_000));
      at += 30_000;
      if (at >= bytes.length) controller.close();
    },
  });
};
async function* generate(): AsyncGenerator<Uint8Array> {
  for (const half of [TEXT.slice(0, 70_000), TEXT.slice(70_000)]) yield new TextEncoder().encode(half);
}

const BODIES = {
  string: () => ({ body: TEXT }),
  bytes: () => ({ body: new TextEncoder().encode(TEXT) }),
  blob: () => ({ body: new Blob([TEXT]) }),
  stream: () => ({ body: stream() }),
  generator: () => ({ body: generate() as unknown as BodyInit }),
  'function of a stream': () => ({ body: stream }),
  'function of a generator': () => ({ body: () => generate() as unknown as BodyInit }),
};

test('no body arrives cut, and no unsafe request twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('PUT', 'POST', 'PATCH', 'DELETE'),
      fc.constantFrom(...(Object.keys(BODIES) as (keyof typeof BODIES)[])),
      fc.record({
        asRequest: fc.boolean(),
        key: fc.boolean(),
        attemptTimeout: fc.constantFrom(undefined, 1, 10_000),
        attempts: fc.integer({ min: 1, max: 5 }),
      }),
      async (steps, method, kind, { asRequest, key, attemptTimeout, attempts }) => {
        await using server = await flakyServer(steps);
        const init = { method, duplex: 'half', headers: key ? { 'idempotency-key': '1' } : {}, ...BODIES[kind]() };
        const fetch = quickFetch({ attempts, attemptTimeout, budget: false });
        const isFunction = typeof init.body === 'function';
        const call =
          asRequest && !isFunction ? fetch(new Request(server.url, init as RequestInit)) : fetch(server.url, init);
        const result = await call.catch((error: unknown) => error);
        if (result instanceof Response) await result.body?.cancel();
        for (const { complete, body } of server.requests) if (complete) expect(body === TEXT).toBe(true);
        // A request counts as arrived once its headers have arrived, even if its body has not.
        if (!key && (method === 'POST' || method === 'PATCH')) expect(server.requests.length).toBeLessThanOrEqual(1);
        expect(server.requests.length).toBeLessThanOrEqual(attempts);
      },
    ),
    { numRuns },
  );
});
