// The promises of testing. Those of the server are for runtimes that can listen.
import { equal, fail, rejection } from './promise.js';

/** @param {typeof import('@stamina/testing')} testing */
export function serverPromises({ flakyServer }) {
  const serving = async (script, work) => {
    const server = await flakyServer(script);
    try {
      return await work(server);
    } finally {
      await server.close();
    }
  };
  const text = async (url, init) => (await fetch(url, init)).text();

  return {
    async 'a server answers as its script says, and records what it was asked'() {
      const script = [
        { status: 503, body: 'busy' },
        { headers: { 'x-a': 'b' }, body: 'hello' },
      ];
      await serving(script, async ({ url, requests }) => {
        const first = await fetch(`${url}/first`, { method: 'PUT', body: 'sent' });
        equal(`${first.status} ${await first.text()}`, '503 busy');
        const second = await fetch(`${url}/second`);
        equal(`${second.headers.get('x-a')} ${await second.text()}`, 'b hello');
        equal(
          requests.map(({ method, path, body }) => `${method} ${path} ${body}`).join(),
          'PUT /first sent,GET /second ',
        );
      });
    },
    async 'a connection is reset, closed, or cut in the middle of a body'() {
      const script = [{ reset: true }, { close: true }, { body: 'hello', truncate: 2 }, { body: 'hello' }];
      await serving(script, async ({ url }) => {
        for (let i = 0; i < 3; i++) equal((await rejection(text(url))) instanceof Error, true);
        equal(await text(url), 'hello');
      });
    },
    async 'a server that hangs is left by an abort'() {
      await serving({ hang: true }, async ({ url, requests }) => {
        const error = await rejection(fetch(url, { signal: AbortSignal.timeout(200) }));
        equal(error.name, 'TimeoutError');
        equal(requests.length, 1);
      });
    },
    async 'a function is asked about each request'() {
      await serving(
        ({ num, path }) => ({ body: `${num} ${path}` }),
        async ({ url }) => {
          equal(await text(`${url}/a`), '1 /a');
          equal(await text(`${url}/b`), '2 /b');
        },
      );
    },
  };
}

/**
 * @param {typeof import('@stamina/testing')} testing
 * @param {typeof import('@stamina/core')} core
 */
export function testingPromises({ flaky, recordRetries, withoutRetries, withTesting }, { isTesting, retry }) {
  return {
    async 'a flaky function fails at first'() {
      const load = flaky(async (id) => id, { failures: 2, error: RangeError });
      equal((await rejection(load(1))) instanceof RangeError, true);
      equal((await rejection(load(2))) instanceof RangeError, true);
      equal(await load(3), 3);
      equal(load.calls.join(), '1,2,3');
    },
    async 'test mode holds for what is called within it, and is recorded'() {
      const patient = retry({ on: Error, waitInitial: 60_000, waitMax: 120_000, timeout: Infinity });
      const recorder = recordRetries();
      equal(await withTesting({ attempts: 3 }, () => patient.run(flaky(async () => 'done', { failures: 2 }))), 'done');
      equal(
        (await rejection(withTesting({ attempts: 2 }, () => patient.run(() => fail(new Error('always')))))).message,
        'always',
      );
      recorder.dispose();
      equal(recorder.retries.length, 3);
      equal(recorder.recoveries.length, 1);
      equal(recorder.giveUps.map(({ reason }) => reason).join(), 'attempts');
      equal(isTesting(), false);
    },
    async 'retries are switched off for a while'() {
      let calls = 0;
      await rejection(withoutRetries(() => retry({ on: Error }).run(() => fail(new Error(`${++calls}`)))));
      equal(calls, 1);
    },
  };
}
