// Mocks often return plain objects, which lack headers and whatever else a test does not need. Jest and Vitest run this file.
import { retryingFetch } from '@stamina/fetch';

const { fn } = import.meta.jest ?? globalThis.vi;
const user = { id: 7 };

test('a mock that returns plain objects is retried', async () => {
  const mock = fn()
    .mockResolvedValueOnce({ ok: false, status: 503 })
    .mockRejectedValueOnce(
      new TypeError('fetch failed', { cause: Object.assign(new Error('lost'), { code: 'ECONNRESET' }) }),
    )
    .mockResolvedValue({ ok: true, json: async () => user });
  const fetch = retryingFetch({ fetch: mock, waitInitial: 0, waitJitter: 0 });
  const response = await fetch('http://api.test/users/7');
  expect(await response.json()).toBe(user);
  expect(mock).toHaveBeenCalledTimes(3);
});
