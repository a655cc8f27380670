// Clients that take a `fetch`, their own retries off: with ours they get through an outage, with the global one they fail.
import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { Octokit } from '@octokit/core';
import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { GraphQLClient } from 'graphql-request';
import ky from 'ky';
import OpenAI from 'openai';
import createClient from 'openapi-fetch';

const json = (value) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
const ADA = { id: 1, name: 'Ada' };

/** Each client: how it asks by way of a `fetch`, which method it uses, and what the server answers at last. */
const clients = {
  'openapi-fetch': {
    method: 'GET',
    answer: json(ADA),
    async ask(baseUrl, fetch) {
      const { data, response } = await createClient({ baseUrl, fetch }).GET('/users/{id}', {
        params: { path: { id: 1 } },
      });
      if (!data) throw new Error(`status ${response.status}`);
      return data.name;
    },
  },
  ky: {
    method: 'GET',
    answer: json(ADA),
    ask: async (url, fetch) => (await ky.get(`${url}/users/1`, { fetch, retry: 0 }).json()).name,
  },
  'ky with a body': {
    method: 'PUT',
    answer: json(ADA),
    ask: async (url, fetch) => (await ky.put(`${url}/users/1`, { fetch, retry: 0, json: ADA }).json()).name,
    body: JSON.stringify(ADA),
  },
  '@octokit/core': {
    method: 'GET',
    answer: json(ADA),
    // It retries by a plug-in only, which is not loaded.
    async ask(baseUrl, fetch) {
      const octokit = new Octokit({ baseUrl, request: { fetch }, log: silent });
      return (await octokit.request('GET /user')).data.name;
    },
  },
  'the OpenAI SDK': {
    method: 'POST',
    answer: json({
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Ada' } }],
    }),
    async ask(baseURL, fetch) {
      const client = new OpenAI({ apiKey: 'none', baseURL, fetch, maxRetries: 0 });
      const question = { model: 'any', messages: [{ role: 'user', content: 'Who?' }] };
      return (await client.chat.completions.create(question)).choices[0].message.content;
    },
    body: '{"model":"any","messages":[{"role":"user","content":"Who?"}]}',
  },
  'graphql-request': {
    method: 'POST',
    answer: json({ data: { user: ADA } }),
    ask: async (url, fetch) =>
      (await new GraphQLClient(`${url}/graphql`, { fetch }).request('{ user { name } }')).user.name,
    body: '{"query":"{ user { name } }"}',
  },
};

const silent = { debug() {}, info() {}, warn() {}, error() {} };

for (const [name, { method, answer, ask, body = '' }] of Object.entries(clients)) {
  describe(name, () => {
    const outage = [{ status: 503 }, { reset: true }, answer];
    const attempt = async (t, fetch) => {
      const { url, requests, close } = await flakyServer(outage);
      t.after(() => close());
      return { requests, result: await Promise.allSettled([ask(url, fetch)]).then(([settled]) => settled) };
    };
    // A query or a completion does no harm if it is sent twice by POST, but only the caller knows that.
    const retrying = retryingFetch({ waitInitial: 1, waitJitter: 1, ...(method === 'POST' && { methods: ['POST'] }) });

    test('gets its answer with our fetch, and sends the same each time', async (t) => {
      const { result, requests } = await attempt(t, retrying);
      assert.deepEqual(result, { status: 'fulfilled', value: 'Ada' });
      assert.deepEqual(
        requests.map((request) => `${request.method} ${request.body}`),
        Array(3).fill(`${method} ${body}`),
      );
      assert.equal(new Set(requests.map(({ path }) => path)).size, 1);
    });

    test('fails with the global fetch, which it calls once', async (t) => {
      const { result, requests } = await attempt(t, globalThis.fetch);
      assert.equal(result.status, 'rejected');
      assert.equal(requests.length, 1);
    });
  });
}
