import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { retry } from '@stamina/core';
import { retryingFetch } from '@stamina/fetch';
import { ENDLESS, type Surface, WAITS, type World } from './traffic.ts';

const OFTEN = ['fine', 'unavailable', 'long', 'reset', 'closed', 'unavailable', 'long', 'reset'];
/** These take time without doing any work. */
const SELDOM = ['endless', 'dripping', 'hanging'];
/** Long enough for most answers on a busy machine. Otherwise the call goes on until one is fast enough. */
const HANGING_MS = 1_000;

/** Calls over real sockets. */
export function fetchTraffic({ url, signal }: World): Record<string, Surface> {
  const fetch = retryingFetch({ ...WAITS, ...ENDLESS, budget: false, attemptTimeout: HANGING_MS, signal });
  const plain = retryingFetch({ ...WAITS, attempts: 2 });
  const kindOf = (turn: number): string =>
    (turn % 10 === 9 ? SELDOM[turn % SELDOM.length] : OFTEN[turn % OFTEN.length]) as string;
  const policy = retry({ on: Error, ...ENDLESS, ...WAITS, attemptTimeout: HANGING_MS, signal });
  const agent = new Agent({ keepAlive: true, timeout: 1_000 });

  /** Uses Node's own client, with retries by core. */
  const load = (path: string, attemptSignal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = get(`${url}${path}`, { agent, signal: attemptSignal }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > 1e6) request.destroy(new Error('endless'));
        });
        response.once('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error('unavailable'))));
        response.once('error', reject);
      });
      request.once('error', reject);
    });

  return {
    async fetch(turn) {
      const response = await fetch(`${url}/${kindOf(turn)}/get-${turn}`, turn % 2 ? { signal } : undefined);
      assert.equal(await response.text(), 'done');
    },
    async fetchBody(turn) {
      const body = turn % 2 ? async () => new Blob(['hello']).stream() : 'hello';
      const headers = { 'idempotency-key': `${turn}` };
      const response = await fetch(`${url}/${kindOf(turn)}/post-${turn}`, { method: 'POST', headers, body, signal });
      assert.equal(await response.text(), 'done');
    },
    async fetchRequest(turn) {
      const request = new Request(`${url}/${kindOf(turn)}/put-${turn}`, { method: 'PUT', body: 'hello' });
      assert.equal(await (await fetch(request)).text(), 'done');
    },
    async fetchAbort(turn) {
      const controller = new AbortController();
      const call = fetch(`${url}/stuck`, { signal: controller.signal });
      const reason = new Error('no longer wanted');
      setTimeout(() => controller.abort(reason), turn % 5);
      await assert.rejects(call, (thrown) => thrown === reason);
    },
    async fetchDown() {
      const response = await plain(`${url}/down`);
      assert.equal(response.status, 503);
      assert.equal(await response.text(), 'down');
    },
    async fetchStream(turn) {
      const controller = new AbortController();
      const response = await fetch(`${url}/stream`, { signal: controller.signal });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      if (turn % 2) controller.abort();
      else await reader.cancel();
    },
    async fetchCut() {
      const response = await fetch(`${url}/cut`);
      await assert.rejects(response.text());
    },
    async http(turn) {
      assert.equal(await policy.run((attempt) => load(`/${kindOf(turn)}/http-${turn}`, attempt.signal)), 'done');
    },
  };
}
