/*
 * What testing promises wherever it can listen: in Node, Bun and Deno.
 *
 * @param {typeof import('@stamina/testing')} testing
 */
import { equal, rejection } from './promise.js';

export function testingPromises({ flakyServer }) {
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
