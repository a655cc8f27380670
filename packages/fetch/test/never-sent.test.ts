import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch, REFUSED_URL, recordingFetch } from './support/quick-fetch.ts';

describe('a request that was certainly never sent', () => {
  const countingFetch = (fail: (calls: number) => unknown) => {
    const seen = { calls: 0 };
    const fetch = quickFetch({
      fetch: async () => {
        const error = fail(++seen.calls);
        if (error) throw error;
        return new Response();
      },
    });
    return { seen, fetch };
  };
  const failed = (code: string, fields: object = {}): TypeError =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code, ...fields }) });

  test('is repeated with any method if the connection is refused', async () => {
    const { inputs, fetch: recording } = recordingFetch();
    const fetch = quickFetch({ fetch: recording });
    await expect(fetch(REFUSED_URL, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
    expect(inputs).toHaveLength(4);
  });

  test.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'ConnectionRefused',
  ])('is repeated with any method after %s', async (code) => {
    const { seen, fetch } = countingFetch((calls) => calls === 1 && failed(code));
    await fetch('http://a.test', { method: 'POST', body: 'x' });
    expect(seen.calls).toBe(2);
  });

  test.each([
    ['connect', 'EHOSTUNREACH'],
    ['getaddrinfo', 'EAI_AGAIN'],
    ['queryA', 'ENOTFOUND'],
  ])('is repeated with any method after %s %s', async (syscall, code) => {
    const { seen, fetch } = countingFetch((calls) => calls === 1 && failed(code, { syscall }));
    await fetch('http://a.test', { method: 'POST', body: 'x' });
    expect(seen.calls).toBe(2);
  });

  // Linux reports these codes also for a connection that was open.
  test.each([
    ['read', 'EHOSTUNREACH'],
    ['read', 'ENETUNREACH'],
    ['read', 'ECONNREFUSED'],
    ['write', 'EHOSTUNREACH'],
  ])('is not one that failed with %s %s', async (syscall, code) => {
    const error = failed(code, { syscall });
    const { seen, fetch } = countingFetch(() => error);
    await expect(fetch('http://a.test', { method: 'POST', body: 'x' })).rejects.toBe(error);
    expect(seen.calls).toBe(1);
  });

  test('is repeated with any method if Deno cannot connect', async () => {
    const message =
      'error sending request for url (http://a.test/): client error (Connect): tcp connect error: Connection refused (os error 111)';
    const { seen, fetch } = countingFetch((calls) => calls === 1 && new TypeError(message));
    await fetch('http://a.test', { method: 'POST' });
    expect(seen.calls).toBe(2);
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'])(
    'is not one that failed with %s',
    async (code) => {
      const { seen, fetch } = countingFetch(() => failed(code));
      await expect(fetch('http://a.test', { method: 'POST' })).rejects.toThrow('fetch failed');
      expect(seen.calls).toBe(1);
    },
  );

  test.each([303, 307, 308])('is not one that a redirect %i sent to a closed port', async (status) => {
    await using server = await flakyServer({ status, headers: { location: `${REFUSED_URL}/orders/7` } });
    await expect(quickFetch()(server.url, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
    expect(server.requests).toHaveLength(1);
  });

  test('is not one that a redirect sent to another host', async () => {
    await using server = await flakyServer(({ headers }) => ({
      status: 303,
      headers: { location: `http://127.0.0.2:${headers.host?.split(':')[1]}/` },
    }));
    const { port } = new URL(server.url);
    const sent = quickFetch()(`http://localhost:${port}`, { method: 'POST', body: 'x' });
    await expect(sent).rejects.toThrow('fetch failed');
    expect(server.requests).toHaveLength(1);
  });

  test('is repeated after a redirect if it has a key', async () => {
    await using server = await flakyServer([{ status: 307, headers: { location: REFUSED_URL } }, {}]);
    const init = { method: 'POST', body: 'x', headers: { 'idempotency-key': 'a1' } };
    expect((await quickFetch()(server.url, init)).status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(['x', 'x']);
  });

  const denoError = (url: string): TypeError =>
    new TypeError('fetch failed', {
      cause: new Error(`error sending request for url (${url}): client error (Connect): dns error: no such host`),
    });

  test.each<[string, string, unknown]>([
    ['its own host', 'http://a.test/', failed('ENOTFOUND', { hostname: 'a.test' })],
    ['its own port', 'http://a.test/', failed('ECONNREFUSED', { address: '192.0.2.1', port: 80 })],
    ['its own port of https', 'https://a.test/', failed('ECONNREFUSED', { address: '192.0.2.1', port: 443 })],
    ['its own address', 'http://192.0.2.1:81/', failed('ECONNREFUSED', { address: '192.0.2.1', port: 81 })],
    [
      'all addresses of its host',
      'http://a.test:81/',
      failed('ECONNREFUSED', { errors: [{ address: '::1', port: 81 }] }),
    ],
    ['its own URL, in Deno', 'http://a.test/b?c=(d)#e', denoError('http://a.test/b?c=(d)')],
  ])('is repeated if the error names %s', async (_, url, error) => {
    const { seen, fetch } = countingFetch((calls) => calls === 1 && error);
    await fetch(url, { method: 'POST', body: 'x' });
    expect(seen.calls).toBe(2);
  });

  test.each<[string, string, unknown]>([
    ['another host', 'http://a.test/', failed('ENOTFOUND', { hostname: 'b.test' })],
    ['another port', 'http://a.test/', failed('ECONNREFUSED', { address: '192.0.2.1', port: 443 })],
    ['another address', 'http://192.0.2.1/', failed('ECONNREFUSED', { address: '192.0.2.2', port: 80 })],
    ['addresses of another host', 'http://a.test/', failed('ECONNREFUSED', { errors: [{ address: '::1', port: 81 }] })],
    ['another URL, in Deno', 'http://a.test/', denoError('http://a.test/b')],
  ])('is not one whose error names %s', async (_, url, error) => {
    const { seen, fetch } = countingFetch(() => error);
    await expect(fetch(url, { method: 'POST', body: 'x' })).rejects.toBe(error);
    expect(seen.calls).toBe(1);
  });

  test('is not one whose URL imitates the message of Deno', async () => {
    const message =
      'error sending request from 127.0.0.1:1 for http://a.test/(Connect) (127.0.0.1:80): client error (SendRequest): connection closed before message completed';
    const { seen, fetch } = countingFetch(() => new TypeError(message));
    await expect(fetch('http://a.test/(Connect)', { method: 'POST' })).rejects.toThrow(message);
    expect(seen.calls).toBe(1);
  });

  test('cannot be recognised in browsers', async () => {
    const { seen, fetch } = countingFetch(() => new TypeError('Failed to fetch'));
    await expect(fetch('http://a.test', { method: 'POST' })).rejects.toThrow('Failed to fetch');
    expect(seen.calls).toBe(1);
  });
});
