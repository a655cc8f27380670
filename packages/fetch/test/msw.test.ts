import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

// In this file msw answers every request, because its interceptors replace the global fetch.
const server = setupServer();
beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const URL = 'https://api.example.com/users';

test('the response of a handler is retried', async () => {
  const bodies: string[] = [];
  server.use(
    http.put(URL, async ({ request }) => {
      bodies.push(await request.text());
      return bodies.length < 3 ? new HttpResponse('busy', { status: 503 }) : HttpResponse.json({ id: 7 });
    }),
  );
  const response = await quickFetch()(URL, { method: 'PUT', body: 'hello' });
  expect(await response.json()).toEqual({ id: 7 });
  expect(bodies).toEqual(['hello', 'hello', 'hello']);
});

test('a network error of msw is retried', async () => {
  let calls = 0;
  server.use(
    http.get(URL, () => {
      calls++;
      return HttpResponse.error();
    }),
  );
  await expect(quickFetch()(URL)).rejects.toThrow('fetch failed');
  expect(calls).toBe(4);
});

test('a POST is sent to msw once', async () => {
  let calls = 0;
  server.use(
    http.post(URL, () => {
      calls++;
      return new HttpResponse('busy', { status: 503 });
    }),
  );
  const response = await quickFetch()(URL, { method: 'POST', body: 'hello' });
  expect([response.status, await response.text(), calls]).toEqual([503, 'busy', 1]);
});

test('a Request to msw is retried or aborted', async () => {
  let calls = 0;
  server.use(
    http.put(URL, async ({ request }) => {
      calls++;
      return new HttpResponse(await request.text(), { status: calls === 1 ? 503 : 200 });
    }),
  );
  expect(await (await quickFetch()(new Request(URL, { method: 'PUT', body: 'hello' }))).text()).toBe('hello');
  const reason = new Error('enough');
  await expect(quickFetch()(URL, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
