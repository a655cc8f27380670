/*
 * Returns the promises of fetch, which call the flaky server of another process.
 *
 * @param {typeof import('@stamina/fetch')} fetch
 * @param {Record<string, string>} urls
 * @param {{ tellsUnsent?: boolean, tellsLoops?: boolean, sendsStreams?: boolean }} [runtime] what it can: tell a refused
 * connection, and redirects without an end, from a lost connection; and send streams (Chromium does so by HTTP/2 only)
 */
import { equal } from './promise.js';

export function fetchPromises(
  { retryingFetch, isTransient },
  urls,
  // Bun's errors do not show where the connection was refused.
  { tellsUnsent = !globalThis.Bun, tellsLoops = true, sendsStreams = true } = {},
) {
  const quick = (options) => retryingFetch({ waitInitial: 0, waitJitter: 0, ...options });
  const requests = async (path) => (await (await globalThis.fetch(`${urls.records}/${path}`)).json()).requests;
  /** Makes a call, and returns what came back and what arrived at the server. */
  const run = async (path, init, options) => {
    const url = `${urls.flaky}/${path}`;
    const result = await quick(options)(
      init?.asRequest ? new Request(url, init) : url,
      init?.asRequest ? undefined : init,
    ).then(
      async (response) => `${response.status} ${await response.text()}`,
      (error) => error,
    );
    return { result, arrived: await requests(path) };
  };

  return {
    async 'an answer 503 is retried'() {
      const { result, arrived } = await run('busy');
      equal(result, '200 hello');
      equal(arrived.length, 3);
    },
    async 'the last answer comes back'() {
      const { result, arrived } = await run('always-busy');
      equal(result, '503 busy');
      equal(arrived.length, 4);
    },
    async 'a reset connection is retried'() {
      equal((await run('reset')).result, '200 hello');
    },
    async 'a closed connection is retried'() {
      equal((await run('closed')).result, '200 hello');
    },
    async 'a refused connection is transient, and ends with its error'() {
      const counting = countingFetch();
      const error = await quick({ fetch: counting.fetch })(urls.refused).catch((error) => error);
      equal(isTransient(error), true);
      equal(counting.calls, 4);
    },
    async 'a POST is sent once'() {
      const { result, arrived } = await run('post-busy', { method: 'POST', body: 'hello' });
      equal(result, '503 ');
      equal(arrived.join(), 'hello');
    },
    async 'a POST that a redirect led to where nobody listens is sent once'() {
      const { result, arrived } = await run('post-away', { method: 'POST', body: 'hello' });
      equal(result instanceof Error, true);
      equal(arrived.join(), 'hello');
    },
    async 'a POST whose connection was refused is repeated if the runtime shows that'() {
      const counting = countingFetch();
      await quick({ fetch: counting.fetch })(urls.refused, { method: 'POST', body: 'hello' }).catch(() => {});
      equal(counting.calls, tellsUnsent ? 4 : 1);
    },
    async 'what the runtime puts on its fetch is on ours'() {
      for (const key of Object.keys(globalThis.fetch)) equal(quick()[key], globalThis.fetch[key]);
      if (globalThis.Bun) equal(typeof quick().preconnect, 'function');
    },
    async 'a POST with a key is repeated'() {
      const { result, arrived } = await run('post-key', {
        method: 'POST',
        body: 'hello',
        headers: { 'idempotency-key': '1' },
      });
      equal(result, '200 hello');
      equal(arrived.join(), 'hello,hello,hello');
    },
    async 'bytes, a Blob and a form arrive whole each time'() {
      for (const [name, body] of Object.entries({
        bytes: new TextEncoder().encode('hello'),
        blob: new Blob(['hello']),
        form: new URLSearchParams({ hello: '' }),
      })) {
        const { result, arrived } = await run(`put-${name}`, { method: 'PUT', body });
        equal(result, '200 hello');
        equal(arrived.map((text) => text.replace('=', '')).join(), 'hello,hello,hello');
      }
    },
    async 'a stream is sent in one attempt, whole'() {
      if (!sendsStreams) return;
      const { result, arrived } = await run('put-stream', { method: 'PUT', body: stream(), duplex: 'half' });
      equal(result, '503 ');
      equal(arrived.join(), 'hello');
    },
    async 'a function makes a body for each attempt'() {
      const body = () => (sendsStreams ? stream() : new Blob(['hello']));
      const { result, arrived } = await run('put-function', { method: 'PUT', body });
      equal(result, '200 hello');
      equal(arrived.join(), 'hello,hello,hello');
    },
    async 'a used stream is refused'() {
      const used = stream();
      await new Response(used).text();
      const { result, arrived } = await run('put-used', { method: 'PUT', body: () => used });
      equal(String(result).includes('used before'), true);
      equal(arrived.length, 0);
    },
    async 'a Request arrives whole each time'() {
      const { result, arrived } = await run('request', { asRequest: true, method: 'PUT', body: 'hello' });
      equal(result, '200 hello');
      equal(arrived.join(), 'hello,hello,hello');
    },
    async 'an endless answer is cut off'() {
      for (let i = 0; i < 20; i++) equal((await run(`endless-${i}`)).result, '200 hello');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { open } = await (await globalThis.fetch(`${urls.records}/open`)).json();
      equal(open <= 3 ? 'few' : open, 'few');
    },
    async "an abort rejects with the caller's reason"() {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('enough')), 100);
      const { result } = await run('hang', { signal: controller.signal });
      equal(result.message, 'enough');
    },
    async 'an attempt that takes too long is retried'() {
      equal((await run('hang-once', undefined, { attemptTimeout: 200 })).result, '200 hello');
    },
    async 'a bad URL, scheme and header reject at once'() {
      for (const [url, init] of [['http://'], ['foo://a.test'], [`${urls.flaky}/bad`, { headers: { 'a b': '1' } }]]) {
        const counting = countingFetch();
        const error = await quick({ fetch: counting.fetch })(url, init).catch((error) => error);
        equal(error instanceof Error, true);
        equal(counting.calls, 1);
      }
    },
    async 'a redirect loop rejects, and is not retried if the runtime shows it'() {
      const counting = countingFetch();
      equal(
        (await quick({ fetch: counting.fetch })(`${urls.flaky}/loop`).catch((error) => error)) instanceof Error,
        true,
      );
      equal(counting.calls, tellsLoops ? 1 : 4);
    },
  };
}

function countingFetch() {
  const counting = {
    calls: 0,
    fetch(...args) {
      counting.calls++;
      return globalThis.fetch(...args);
    },
  };
  return counting;
}

function stream() {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('hel'));
      controller.enqueue(new TextEncoder().encode('lo'));
      controller.close();
    },
  });
}
