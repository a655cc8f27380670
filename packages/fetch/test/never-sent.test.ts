import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type FetchLike, isTransient } from '@stamina/fetch';
import { type FlakyServer, type FlakyStep, flakyServer } from '@stamina/testing';
import { Agent, fetch as undiciFetch } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { quickFetch, REFUSED_URL, recordingFetch } from './support/quick-fetch.ts';

/** Starts a server. It is closed at the end of the block. */
async function listening(server: Server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => server.close(),
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

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
    ['connect', 'ECONNREFUSED'],
    ['connect', 'EHOSTUNREACH'],
    ['getaddrinfo', 'EAI_AGAIN'],
    ['queryA', 'ENOTFOUND'],
  ])('is repeated with any method after %s %s', async (syscall, code) => {
    const { seen, fetch } = countingFetch((calls) => calls === 1 && failed(code, { syscall }));
    await fetch('http://a.test', { method: 'POST', body: 'x' });
    expect(seen.calls).toBe(2);
  });

  test.each(['resetAndDestroy', 'end'] as const)('is repeated if the TLS handshake fails by %s', async (cut) => {
    await using server = await listening(createServer((socket) => socket.once('data', () => socket[cut]())));
    const { inputs, fetch: recording } = recordingFetch();
    const sent = quickFetch({ fetch: recording })(`https://127.0.0.1:${server.port}`, { method: 'POST', body: 'x' });
    await expect(sent).rejects.toThrow('fetch failed');
    expect(inputs).toHaveLength(4);
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

  test.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    // Without an address, these errors do not show which connection failed.
    'ECONNREFUSED',
    'UND_ERR_CONNECT_TIMEOUT',
    'ConnectionRefused',
  ])('is not one that failed with %s', async (code) => {
    const { seen, fetch } = countingFetch(() => failed(code));
    await expect(fetch('http://a.test', { method: 'POST' })).rejects.toThrow('fetch failed');
    expect(seen.calls).toBe(1);
  });

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

  test('is not one that a redirect sent to another path of a server that went down', async () => {
    await using server = await listening(
      http.createServer((request, response) => {
        request.resume();
        response.writeHead(307, { location: '/b', connection: 'close' }).end();
        server.close();
      }),
    );
    const { inputs, fetch: recording } = recordingFetch();
    const sent = quickFetch({ fetch: recording })(`http://127.0.0.1:${server.port}`, { method: 'POST', body: 'x' });
    await expect(sent).rejects.toThrow('fetch failed');
    expect(inputs).toHaveLength(1);
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

  const connect = (address: string, port: number): TypeError =>
    failed('ECONNREFUSED', { syscall: 'connect', address, port });
  const lookup = (hostname: string): TypeError => failed('ENOTFOUND', { syscall: 'getaddrinfo', hostname });

  test.each<[string, string, unknown]>([
    ['its own host', 'http://a.test/', lookup('a.test')],
    ['its own address', 'http://192.0.2.1/', connect('192.0.2.1', 80)],
    ['its own port', 'http://192.0.2.1:81/', connect('192.0.2.1', 81)],
    ['its own port of https', 'https://192.0.2.1/', connect('192.0.2.1', 443)],
    ['its own URL, in Deno', 'http://a.test/b?c=(d)#e', denoError('http://a.test/b?c=(d)')],
  ])('is repeated if the error names %s', async (_, url, error) => {
    const { seen, fetch } = countingFetch((calls) => calls === 1 && error);
    await fetch(url, { method: 'POST', body: 'x' });
    expect(seen.calls).toBe(2);
  });

  test.each<[string, string, unknown]>([
    ['another host', 'http://a.test/', lookup('b.test')],
    ['another port', 'http://192.0.2.1/', connect('192.0.2.1', 443)],
    ['another address', 'http://192.0.2.1/', connect('192.0.2.2', 80)],
    // The address may belong to the host, or to another host that a redirect led to.
    ['an address', 'http://a.test/', connect('192.0.2.1', 80)],
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

  test('is not assumed if the error is not an object', async () => {
    const { seen, fetch } = countingFetch(() => {
      // Undici publishes the reason of an abort, which may be anything.
      channel('undici:request:error').publish({ error: 'enough', request: { method: 'POST', path: '/' } });
      return 'enough';
    });
    await expect(fetch('http://a.test', { method: 'POST' })).rejects.toBe('enough');
    expect(seen.calls).toBe(1);
  });

  test('is repeated with any method if a proxy opened no tunnel for it', async () => {
    const message = 'Proxy response (502) !== 200 when HTTP Tunneling';
    const cause = Object.assign(new Error(message), { name: 'AbortError', code: 'UND_ERR_ABORTED' });
    const { seen, fetch } = countingFetch((calls) => {
      if (calls > 1) return undefined;
      const request = { method: 'POST', origin: 'https://a.test', path: '/' };
      channel('undici:client:connectError').publish({ error: cause });
      channel('undici:request:error').publish({ error: cause, request });
      return new TypeError('fetch failed', { cause: new Error('Request was cancelled.', { cause }) });
    });
    await fetch('https://a.test', { method: 'POST', body: 'x' });
    expect(seen.calls).toBe(2);
  });

  test('is not assumed if several requests failed with the same error', async () => {
    const error = failed('ECONNREFUSED');
    const { seen, fetch } = countingFetch(() => {
      channel('undici:client:connectError').publish({ error: error.cause });
      for (const path of ['/b', '/']) {
        const request = { method: 'POST', origin: 'http://a.test', path };
        channel('undici:request:error').publish({ error: error.cause, request });
      }
      return error;
    });
    await expect(fetch('http://a.test', { method: 'POST' })).rejects.toBe(error);
    expect(seen.calls).toBe(1);
  });

  test('cannot be recognised in browsers', async () => {
    const { seen, fetch } = countingFetch(() => new TypeError('Failed to fetch'));
    await expect(fetch('http://a.test', { method: 'POST' })).rejects.toThrow('Failed to fetch');
    expect(seen.calls).toBe(1);
  });
});

describe('over HTTP/2', () => {
  // Undici 8 is also the `fetch` of Node 26. The tests of all runtimes run that one, and Deno's.
  function http2Fetch({ certificate }: FlakyServer): FetchLike {
    const dispatcher = new Agent({ allowH2: true, connect: { ca: certificate ?? '' } });
    onTestFinished(() => dispatcher.destroy());
    return (input, init) =>
      undiciFetch(input as string, { ...(init as object), dispatcher }) as unknown as ReturnType<FetchLike>;
  }

  /** Calls a server that performs a step three times, and answers then. */
  async function call(step: FlakyStep, method: string) {
    await using server = await flakyServer([step, step, step, { body: 'hello' }], { http2: true });
    const errors: unknown[] = [];
    const target = http2Fetch(server);
    const fetch = quickFetch({
      fetch: (...args) =>
        target(...args).catch((error) => {
          errors.push(error);
          throw error;
        }),
    });
    const result = await fetch(server.url, { method, ...(method === 'POST' && { body: 'cargo' }) }).then(
      (response) => response.text(),
      () => 'failed',
    );
    expect(server.requests.every(({ stream }) => stream !== undefined)).toBe(true);
    return { result, sent: server.requests.length, errors };
  }

  const steps: [step: FlakyStep, answers: 'any method' | 'GET' | 'none'][] = [
    [{ resetStream: 'REFUSED_STREAM' }, 'any method'],
    [{ goAway: 'NO_ERROR', lastStreamId: 0 }, 'any method'],
    [{ resetStream: 'NO_ERROR' }, 'GET'],
    [{ resetStream: 'INTERNAL_ERROR' }, 'GET'],
    [{ resetStream: 'CANCEL' }, 'GET'],
    [{ resetStream: 'ENHANCE_YOUR_CALM' }, 'GET'],
    [{ goAway: 'NO_ERROR' }, 'GET'],
    [{ goAway: 'INTERNAL_ERROR' }, 'GET'],
    [{ goAway: 'ENHANCE_YOUR_CALM' }, 'GET'],
    [{ goAway: 'ENHANCE_YOUR_CALM', lastStreamId: 0 }, 'GET'],
    [{ close: true }, 'GET'],
    [{ reset: true }, 'GET'],
    [{ resetStream: 'PROTOCOL_ERROR' }, 'none'],
    [{ resetStream: 'HTTP_1_1_REQUIRED' }, 'none'],
    [{ resetStream: 4_711 }, 'none'],
    [{ goAway: 'PROTOCOL_ERROR' }, 'none'],
  ];

  test.each(steps)('after %o, what is sent again by HTTP/2: %s', async (step, answers) => {
    const get = await call(step, 'GET');
    expect(get.result).toBe(answers === 'none' ? 'failed' : 'hello');
    expect(get.errors.map(isTransient)).toEqual(get.errors.map(() => answers !== 'none'));
    const post = await call(step, 'POST');
    expect([post.result, post.sent]).toEqual(answers === 'any method' ? ['hello', 4] : ['failed', 1]);
  });

  test('a refused stream to which a POST was redirected is not sent again', async () => {
    await using server = await flakyServer(
      ({ method }) =>
        method === 'POST' ? { status: 303, headers: { location: '/there' } } : { resetStream: 'REFUSED_STREAM' },
      { http2: true },
    );
    const fetch = quickFetch({ fetch: http2Fetch(server) });
    await expect(fetch(server.url, { method: 'POST', body: 'cargo' })).rejects.toThrow('fetch failed');
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('requests beyond the limit of concurrent streams wait', async () => {
    await using server = await flakyServer(({ num }) => ({ status: num < 4 ? 503 : 200, body: 'hello', delay: 20 }), {
      http2: { maxConcurrentStreams: 1 },
    });
    const fetch = quickFetch({ fetch: http2Fetch(server) });
    const answers = await Promise.all([1, 2, 3].map(async () => (await fetch(server.url)).text()));
    expect(answers).toEqual(['hello', 'hello', 'hello']);
  });

  test.each(['NO_ERROR', 'CANCEL', 'INTERNAL_ERROR'] as const)(
    '`readBody` retries a body that %s cuts off',
    async (code) => {
      const step: FlakyStep = { body: 'hello', truncate: 2, resetStream: code };
      await using server = await flakyServer([step, { body: 'hello' }, step, {}], { http2: true });
      const fetch = quickFetch({ readBody: true, fetch: http2Fetch(server) });
      expect(await (await fetch(server.url)).text()).toBe('hello');
      await expect(fetch(server.url, { method: 'POST', body: 'order' })).rejects.toThrow();
      expect(server.requests).toHaveLength(3);
    },
  );
});
