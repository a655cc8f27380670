import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch, REFUSED_URL, recordingFetch } from './support/quick-fetch.ts';

const bytes = new TextEncoder().encode('hello');
const streamOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
async function* generate(): AsyncGenerator<Uint8Array> {
  yield bytes;
}
const streaming = (body: unknown): RequestInit =>
  ({ method: 'PUT', body: body as BodyInit, duplex: 'half' }) as RequestInit;
const FAILURES = [{ status: 503 }, { reset: true }] as const;

describe('a body that can be sent again as it is', () => {
  const form = new FormData();
  form.set('a', '1');
  form.set('file', new Blob(['hello']), 'hello.txt');
  test.each<[string, BodyInit, RegExp]>([
    ['a string', 'hello', /^hello$/],
    ['an empty string', '', /^$/],
    ['an ArrayBuffer', bytes.slice().buffer, /^hello$/],
    ['a Uint8Array', bytes, /^hello$/],
    ['a part of an ArrayBuffer', new DataView(bytes.slice().buffer, 1, 3), /^ell$/],
    ['a Buffer', Buffer.from('hello'), /^hello$/],
    ['a Blob', new Blob(['hel', 'lo']), /^hello$/],
    ['a File', new File(['hello'], 'a.txt'), /^hello$/],
    ['URLSearchParams', new URLSearchParams({ a: '1' }), /^a=1$/],
    ['FormData', form, /name="a"\r\n\r\n1\r\n[\s\S]*filename="hello.txt"[\s\S]*\r\nhello\r\n/],
  ])('is sent again: %s', async (_, body, expected) => {
    await using server = await flakyServer([...FAILURES, {}]);
    expect((await quickFetch()(server.url, { method: 'PUT', body })).status).toBe(200);
    expect(server.requests).toHaveLength(3);
    for (const request of server.requests) {
      expect(request.complete).toBe(true);
      expect(request.body).toMatch(expected);
    }
  });

  test('keeps its content type in each attempt', async () => {
    await using server = await flakyServer([...FAILURES, {}]);
    await quickFetch()(server.url, { method: 'PUT', body: new URLSearchParams({ a: '1' }) });
    await quickFetch()(new Request(server.url, { method: 'PUT', body: new URLSearchParams({ a: '1' }) }));
    for (const { headers } of server.requests)
      expect(headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
  });
});

describe('a body that the caller changes after the call', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(5));
  shared.set(bytes);
  const form = new FormData();
  form.set('a', '1');
  form.set('file', new File(['hello'], 'hello.txt'));
  const changed = <Body>(body: Body, change: (body: Body) => void) => ({ body, change: () => change(body) });
  test.each([
    ['a Buffer', changed(Buffer.from('hello'), (body) => body.write('later'))],
    ['an ArrayBuffer', changed(bytes.slice().buffer, (body) => new Uint8Array(body).fill(0))],
    [
      'bytes that are transferred',
      changed(bytes.slice(), ({ buffer }) => structuredClone(buffer, { transfer: [buffer] })),
    ],
    ['a part of an ArrayBuffer', changed(new DataView(bytes.slice().buffer, 1, 3), (body) => body.setInt8(0, 0))],
    ['an array of numbers', changed(new Float64Array([1, 2]), (body) => body.fill(0))],
    ['shared bytes', changed(shared, (body) => body.fill(0))],
    ['URLSearchParams', changed(new URLSearchParams('a=1&a=2'), (body) => body.set('a', '3'))],
    ['FormData', changed(form, (body) => body.delete('file'))],
  ])('is sent again as it was at the call: %s', async (_, { body: given, change }) => {
    const body = given as BodyInit;
    const expected = await new Response(given === shared ? shared.slice() : body).text();
    await using server = await flakyServer([...FAILURES, {}]);
    const call = quickFetch()(server.url, { method: 'PUT', body });
    change();
    expect((await call).status).toBe(200);
    const withoutBoundary = (text: string): string => text.replaceAll(/-+formdata-\w+-\d+/g, '');
    expect(server.requests.map((request) => withoutBoundary(request.body))).toEqual(
      Array.from({ length: 3 }, () => withoutBoundary(expected)),
    );
  });
});

describe('a body that can be read once', () => {
  test.each<[string, () => unknown]>([
    ['a ReadableStream', () => streamOf('hel', 'lo')],
    ['a generator object', generate],
    ['an async iterable', () => ({ [Symbol.asyncIterator]: generate })],
    ['a Node stream', () => Readable.from([bytes])],
    // The FormData of the package `form-data` is such a stream.
    ['a FormData that is a stream', () => Object.assign(Readable.from([bytes]), { [Symbol.toStringTag]: 'FormData' })],
  ])('is sent whole in one attempt: %s', async (_, make) => {
    for (const step of FAILURES) {
      await using server = await flakyServer([step, {}]);
      const result = await quickFetch({ on: () => true })(server.url, streaming(make())).catch(
        (error: unknown) => error,
      );
      expect(result).toEqual(expect.objectContaining('reset' in step ? { message: 'fetch failed' } : { status: 503 }));
      expect(server.requests.map(({ body, complete }) => [body, complete])).toEqual([['hello', true]]);
    }
  });

  test('is sent once even if the connection is refused', async () => {
    const { inputs, fetch: recording } = recordingFetch();
    const fetch = quickFetch({ fetch: recording });
    await expect(fetch(REFUSED_URL, streaming(streamOf('hello')))).rejects.toThrow('fetch failed');
    expect(inputs).toHaveLength(1);
  });
});

describe('a body function', () => {
  test.each<[string, () => BodyInit | Promise<BodyInit>]>([
    ['a stream', () => streamOf('hel', 'lo')],
    ['a generator object', () => generate() as unknown as BodyInit],
    ['a Node stream', () => Readable.from([bytes]) as unknown as BodyInit],
    ['a string', () => 'hello'],
    ['a promise of a stream', async () => streamOf('hello')],
  ])('makes %s for each attempt', async (_, body) => {
    await using server = await flakyServer([...FAILURES, {}]);
    let calls = 0;
    const count = (): ReturnType<typeof body> => {
      calls++;
      return body();
    };
    const response = await quickFetch()(server.url, { method: 'PUT', body: count });
    expect([response.status, calls]).toEqual([200, 3]);
    expect(server.requests.map(({ body, complete }) => [body, complete])).toEqual([
      ['hello', true],
      ['hello', true],
      ['hello', true],
    ]);
  });

  test('is called once per attempt', async () => {
    await using server = await flakyServer({ status: 503 });
    let calls = 0;
    await quickFetch({ attempts: 2 })(server.url, { method: 'PUT', body: () => `${++calls}` });
    expect(calls).toBe(2);
  });

  test('does not make POST repeatable', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    expect((await quickFetch()(server.url, { method: 'POST', body: () => 'hello' })).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });

  test('that throws sends nothing', async () => {
    await using server = await flakyServer({});
    const cause = Object.assign(new Error('no such file'), { code: 'ECONNRESET' });
    let calls = 0;
    const throws = (): string => {
      calls++;
      throw cause;
    };
    for (const body of [throws, async () => throws()]) {
      await expect(quickFetch()(server.url, { method: 'PUT', body })).rejects.toThrow(
        expect.objectContaining({
          name: 'TypeError',
          message: expect.stringContaining('the function `body` failed'),
          cause,
        }),
      );
    }
    expect([calls, server.requests.length, server.connections.total]).toEqual([2, 0, 0]);
  });

  test('that returns nothing sends nothing', async () => {
    await using server = await flakyServer({});
    for (const nothing of [undefined, null, () => 'hello']) {
      const body = (() => nothing) as unknown as () => string;
      await expect(quickFetch()(server.url, { method: 'PUT', body })).rejects.toThrow(
        /`body` must be a function that returns a body, got .*; is a `return` missing\?/,
      );
    }
    expect(server.connections.total).toBe(0);
  });

  test('that returns a used stream sends nothing', async () => {
    await using server = await flakyServer({});
    const locked = streamOf('hello');
    locked.getReader();
    const read = streamOf('hel', 'lo');
    const reader = read.getReader();
    await reader.read();
    reader.releaseLock();
    const drained = Readable.from([bytes]);
    await drained.toArray();
    for (const used of [locked, read, drained]) {
      await expect(
        quickFetch()(server.url, { method: 'PUT', body: () => used as unknown as BodyInit }),
      ).rejects.toThrow('`body` returned a stream that was used before; make a new one at each call');
    }
    expect(server.connections.total).toBe(0);
  });

  test.each<[string, () => unknown]>([
    ['the same stream', () => streamOf('hello')],
    ['the same generator object', generate],
  ])('that returns %s twice is refused', async (_, make) => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const body = make() as BodyInit;
    await expect(quickFetch()(server.url, { method: 'PUT', body: () => body })).rejects.toThrow(
      '`body` returned a stream that was used before',
    );
    expect(server.requests.map(({ body }) => body)).toEqual(['hello']);
  });

  test.each<[string, (body: () => Promise<never>) => Promise<unknown>]>([
    [
      "the caller's signal",
      (body) => quickFetch()('http://127.0.0.1', { method: 'PUT', body, signal: AbortSignal.timeout(20) }),
    ],
    [
      '`attemptTimeout`',
      (body) => quickFetch({ attemptTimeout: 20, attempts: 1 })('http://127.0.0.1', { method: 'PUT', body }),
    ],
  ])('that never settles is ended by %s', async (_, call) => {
    await expect(call(() => new Promise(() => {}))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('that is too slow is called again', async () => {
    await using server = await flakyServer({});
    const late = Promise.withResolvers<Readable>();
    let calls = 0;
    const body = (): Promise<BodyInit> =>
      (++calls === 1 ? late.promise : Promise.resolve('hello')) as Promise<BodyInit>;
    const fetch = quickFetch({ attemptTimeout: 400 });
    expect((await fetch(server.url, { method: 'PUT', body })).status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(['hello']);
    const stream = new Readable({ read() {} });
    late.resolve(stream);
    await expect.poll(() => stream.destroyed).toBe(true);
  });

  test('leaves no listener on the signal of its attempt', async () => {
    const signals: AbortSignal[] = [];
    const fetch = quickFetch({
      fetch: async (_, init) => {
        signals.push(init?.signal as AbortSignal);
        return new Response();
      },
    });
    await fetch('http://a.test', { method: 'PUT', body: async () => 'x', signal: new AbortController().signal });
    expect(signals.map((signal) => getEventListeners(signal, 'abort').length)).toEqual([0]);
  });

  describe('that makes a Node stream, if the response comes before the stream ends', () => {
    // The stream is never read to its end.
    const endless = () => {
      const made: Readable[] = [];
      const body = (): BodyInit => {
        const stream = new Readable({ read: () => void stream.push(Buffer.alloc(65_536)) });
        made.push(stream);
        return stream as unknown as BodyInit;
      };
      return { made, body };
    };
    const early = (...statuses: number[]) =>
      flakyServer(statuses.map((status) => ({ status, body: 'busy', read: 1, headers: { connection: 'close' } })));
    const destroyed = (made: Readable[]): boolean[] => made.map((stream) => stream.destroyed);

    test('destroys it for a retry', async () => {
      await using server = await early(503, 503, 400);
      const { made, body } = endless();
      const response = await quickFetch()(server.url, { method: 'PUT', body });
      expect(response.status).toBe(400);
      expect(destroyed(made)).toEqual([true, true, false]);
    });

    test.each([
      ['the last', 503, 2],
      ['the first', 413, 1],
    ])('destroys it when %s response was read', async (_, status, attempts) => {
      await using server = await early(status);
      const { made, body } = endless();
      const response = await quickFetch({ attempts })(server.url, { method: 'PUT', body });
      expect([response.status, response.url, await response.text()]).toEqual([status, `${server.url}/`, 'busy']);
      await expect.poll(() => destroyed(made)).toEqual(made.map(() => true));
    });

    test('destroys it when the response is cancelled', async () => {
      await using server = await early(413);
      const { made, body } = endless();
      const response = await quickFetch()(server.url, { method: 'PUT', body });
      await response.body?.cancel();
      await expect.poll(() => destroyed(made)).toEqual([true]);
    });
  });

  test('makes Node streams that are destroyed if not sent', async () => {
    const made: Readable[] = [];
    const body = (): BodyInit => {
      const stream = new Readable({ read() {} });
      made.push(stream);
      return stream as unknown as BodyInit;
    };
    await expect(quickFetch({ attempts: 2 })(REFUSED_URL, { method: 'PUT', body })).rejects.toThrow('fetch failed');
    expect(made.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });
});

describe('a Request with a body', () => {
  test('is sent whole in each attempt', async () => {
    await using server = await flakyServer([...FAILURES, {}]);
    const request = new Request(server.url, { method: 'PUT', body: 'hello' });
    expect((await quickFetch()(request)).status).toBe(200);
    expect(server.requests.map(({ body, complete }) => [body, complete])).toEqual([
      ['hello', true],
      ['hello', true],
      ['hello', true],
    ]);
    expect(request.bodyUsed).toBe(true);
  });

  test('is sent whole if its body is a stream', async () => {
    await using server = await flakyServer([...FAILURES, {}]);
    const request = new Request(server.url, streaming(streamOf('hel', 'lo')));
    expect((await quickFetch()(request)).status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(['hello', 'hello', 'hello']);
  });

  test('is sent first, and then its clones', async () => {
    await using server = await flakyServer({ status: 503 });
    const { inputs, fetch } = recordingFetch();
    const request = new Request(server.url, { method: 'PUT', body: 'hello' });
    await quickFetch({ attempts: 3, fetch })(request);
    expect(inputs.map((input) => input === request)).toEqual([true, false, false]);
    expect(server.requests.map(({ body }) => body)).toEqual(['hello', 'hello', 'hello']);
  });

  test('can be sent only once, by any fetch', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    for (const method of ['PUT', 'POST']) {
      const request = new Request(server.url, { method, body: 'hello' });
      const call = quickFetch()(request);
      await expect(quickFetch()(request)).rejects.toThrow('the body of this Request was used before');
      await expect(globalThis.fetch(request)).rejects.toThrow(TypeError);
      expect((await call).status).toBe(200);
    }
    expect(server.requests).toHaveLength(3);
  });

  test('keeps its headers in each attempt', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const request = new Request(server.url, { method: 'PUT', body: 'hello', headers: { a: '1' } });
    const call = quickFetch()(request);
    request.headers.set('a', '2');
    await call;
    expect(server.requests.map(({ headers }) => headers.a)).toEqual(['1', '1']);
  });

  test('is not cloned if it must not be repeated', async () => {
    const { inputs, fetch } = recordingFetch();
    const request = new Request(REFUSED_URL, { method: 'POST', body: 'hello' });
    await expect(quickFetch({ fetch })(request)).rejects.toThrow('fetch failed');
    expect(inputs).toEqual([request]);
  });

  test('that was used before is refused', async () => {
    await using server = await flakyServer({});
    for (const method of ['PUT', 'POST']) {
      const request = new Request(server.url, { method, body: 'hello' });
      await request.text();
      await expect(quickFetch()(request)).rejects.toThrow('the body of this Request was used before');
    }
    expect(server.connections.total).toBe(0);
  });

  /** Makes a request like those of `node-fetch`. */
  const polyfilled = (body: unknown): Request => {
    const request = { url: 'http://a.test/', method: 'PUT', headers: new Headers(), bodyUsed: false, body };
    return Object.assign(request, { clone: () => polyfilled(body) }) as unknown as Request;
  };
  const answering = (...statuses: number[]) => {
    const inputs: unknown[] = [];
    const fetch = quickFetch({
      fetch: async (input) => new Response('', { status: statuses[inputs.push(input) - 1] as number }),
    });
    return { inputs, fetch };
  };

  test('may be a polyfill with bytes', async () => {
    const { fetch, inputs } = answering(503, 200);
    expect((await fetch(polyfilled(Buffer.from('hello')))).status).toBe(200);
    expect(inputs).toHaveLength(2);
  });

  // Only a clone could be sent again. But Node pauses a stream whose clone is not read.
  test('may be a polyfill with a Node stream, which is sent once', async () => {
    for (const status of [200, 503]) {
      const { fetch, inputs } = answering(status);
      const request = polyfilled(Readable.from([bytes]));
      expect((await fetch(request)).status).toBe(status);
      expect(inputs).toEqual([request]);
    }
  });

  test('is replaced by a body in init', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const request = new Request(server.url, { method: 'PUT', body: 'old' });
    await quickFetch()(request, { body: 'new' });
    expect(server.requests.map(({ body }) => body)).toEqual(['new', 'new']);
  });
});
