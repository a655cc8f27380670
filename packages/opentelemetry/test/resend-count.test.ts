import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { retry } from '@stamina/core';
import { retryingFetch } from '@stamina/fetch';
import { resendCount } from '@stamina/opentelemetry';
import { flakyServer } from '@stamina/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HttpError, newTelemetry, type Telemetry, unregister } from './support/telemetry.ts';

const instrumentation = new UndiciInstrumentation({ startSpanHook: resendCount });
let telemetry: Telemetry;
const policy = retry({ on: HttpError, waitMax: 0 });

beforeAll(() => instrumentation.enable());
afterAll(() => {
  instrumentation.disable();
  unregister();
});
beforeEach(() => {
  unregister();
  telemetry = newTelemetry();
  telemetry.register();
  instrumentation.setTracerProvider(telemetry.tracerProvider);
});

/** Returns the count of each request whose span has ended. */
const counts = () => telemetry.spans().map(({ attributes }) => attributes['http.request.resend_count']);

async function get(url: string): Promise<void> {
  const response = await fetch(url);
  await response.text();
  if (!response.ok) throw new HttpError(response.status);
}

test('each repeated request of `run` has its number', async () => {
  await using server = await flakyServer([{ status: 503 }, { status: 503 }, {}]);
  await policy.run(() => get(server.url));
  await expect.poll(counts).toEqual([undefined, 1, 2]);
});

test('a request after the call has none', async () => {
  await using server = await flakyServer([{ status: 503 }, {}, {}]);
  await policy(get)(server.url);
  await get(server.url);
  await expect.poll(counts).toEqual([undefined, 1, undefined]);
});

test('calls at the same time do not mix', async () => {
  await using server = await flakyServer(({ path }) => (path === '/down' ? { status: 503 } : {}));
  const down = retry({ on: HttpError, attempts: 2, waitMax: 0 }).run(() => get(`${server.url}/down`));
  await Promise.all([down.catch(() => {}), policy.run(() => get(`${server.url}/up`))]);
  await expect.poll(() => counts().sort()).toEqual([1, undefined, undefined]);
});

test('a request that two calls repeat counts both', async () => {
  await using server = await flakyServer([{ status: 503 }, { status: 503 }, { status: 503 }, {}]);
  const inner = retry({ on: HttpError, attempts: 2, waitMax: 0 });
  const outer = retry({ on: HttpError, waitMax: 0, nested: true });
  await outer.run(() => inner.run(() => get(server.url)));
  await expect.poll(counts).toEqual([undefined, 1, 1, 2]);
});

test('each repeated request of @stamina/fetch has its number', async () => {
  await using server = await flakyServer([{ status: 503 }, {}]);
  const response = await retryingFetch({ waitMax: 0 })(server.url);
  await response.text();
  await expect.poll(counts).toEqual([undefined, 1]);
});

test('there is no attribute outside of a retry', () => {
  expect(resendCount()).toEqual({});
});
