import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type FlakyStep, flakyServer } from '@stamina/testing';
import * as aws from '@stamina/transient/aws';
import * as axiosPredicates from '@stamina/transient/axios';
import * as llm from '@stamina/transient/llm';
import { generateText } from 'ai';
import axiosNew from 'axios';
import axiosOld from 'axios-1.0';
import OpenAI from 'openai';
import OpenAIOld from 'openai-4';
import { describe, expect, test } from 'vitest';
import { freePort } from './support/servers.ts';
import { failure, sightings } from './support/sightings.ts';

const STATUSES: readonly [status: number, kind: string][] = [
  [400, 'none'],
  [401, 'none'],
  [404, 'none'],
  [408, 'unavailable'],
  [425, 'unavailable'],
  [429, 'throttled'],
  [500, 'unavailable'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
];

/** A way to make one call of a client, without retries of its own. */
type Call = (url: string, options?: { signal?: AbortSignal; timeout?: number }) => Promise<unknown>;

const json = (body: object, status: number, headers: Record<string, string> = {}): FlakyStep => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

async function failureOf(call: Call, step: FlakyStep, options?: Parameters<Call>[1]): Promise<Error> {
  await using server = await flakyServer(step);
  return await failure(call(server.url, options));
}

/** Tests what every client of HTTP must do. */
function testClient(call: Call, { see, unseen }: ReturnType<typeof sightings>): void {
  test.each(STATUSES)('%i is %s', async (status, kind) => {
    expect(see(await failureOf(call, json({}, status)))).toBe(kind);
  });

  test.each<[string, FlakyStep]>([
    ['reset', { reset: true }],
    ['closed', { close: true }],
  ])('a connection that is %s is unavailable', async (_, step) => {
    expect(see(await failureOf(call, step))).toBe('unavailable');
  });

  test('a server that is down is unavailable', async () => {
    expect(see(await failure(call(`http://127.0.0.1:${await freePort()}`)))).toBe('unavailable');
  });

  test('a server that does not answer in time is unavailable', async () => {
    expect(see(await failureOf(call, { hang: true }, { timeout: 50 }))).toBe('unavailable');
  });

  test('a cancelled call is not transient', async () => {
    expect(see(await failureOf(call, { hang: true }, { signal: AbortSignal.timeout(50) }))).toBe('none');
    expect(see(await failureOf(call, {}, { signal: AbortSignal.abort() }))).toBe('none');
  });

  test('every status that says seen was seen', () => {
    expect(unseen('http')).toEqual([]);
  });
}

describe.each([
  ['axios 1.21', axiosNew],
  ['axios 1.0', axiosOld as unknown as typeof axiosNew],
])('%s', (_, axios) => {
  const client = sightings('axios', axiosPredicates);
  const call: Call = (url, options) => axios.get(url, { proxy: false, ...options });
  testClient(call, client);

  test('Retry-After becomes a wait', async () => {
    const { isThrottled, isTransient, isUnavailable } = axiosPredicates;
    const throttled = await failureOf(call, json({}, 429, { 'retry-after': '7' }));
    expect(isThrottled(throttled)).toEqual({ atLeast: 7_000 });
    expect(isTransient(throttled)).toEqual({ atLeast: 7_000 });
    const unavailable = await failureOf(call, json({}, 503, { 'retry-after': '2' }));
    expect(isUnavailable(unavailable)).toEqual({ atLeast: 2_000 });
  });

  test('every row that says seen was seen', () => {
    expect(client.unseen()).toEqual([]);
  });
});

describe('the AWS SDK', () => {
  const client = sightings('aws', aws);
  const call: Call = async (url, { signal, timeout } = {}) => {
    const s3 = new S3Client({
      endpoint: url,
      region: 'eu-central-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      maxAttempts: 1,
      ...(timeout && { requestHandler: { requestTimeout: timeout, throwOnRequestTimeout: true } }),
    });
    const object = new GetObjectCommand({ Bucket: 'bucket', Key: 'key' });
    await s3.send(object, { ...(signal && { abortSignal: signal }) }).finally(() => s3.destroy());
  };
  const xml = (code: string, status: number, headers: Record<string, string> = {}): FlakyStep => ({
    status,
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>message</Message></Error>`,
    headers: { 'content-type': 'application/xml', ...headers },
  });
  testClient(call, client);

  test.each([
    ['SlowDown', 503, 'throttled'],
    ['Throttling', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['RequestTimeout', 400, 'unavailable'],
    ['InternalError', 500, 'unavailable'],
    ['ServiceUnavailable', 503, 'unavailable'],
    ['OperationAborted', 409, 'conflict'],
    ['ConditionalRequestConflict', 409, 'conflict'],
    ['NoSuchKey', 404, 'none'],
    ['AccessDenied', 403, 'none'],
    ['PreconditionFailed', 412, 'none'],
  ])('%s with %i is %s', async (code, status, kind) => {
    expect(client.see(await failureOf(call, xml(code, status)))).toBe(kind);
  });

  test('Retry-After becomes a wait', async () => {
    const error = await failureOf(call, xml('SlowDown', 503, { 'retry-after': '3' }));
    expect(aws.isThrottled(error)).toEqual({ atLeast: 3_000 });
  });

  test('every row that says seen was seen', () => {
    expect(client.unseen()).toEqual([]);
  });
});

const sawLlm = sightings('llm', llm);

const openaiCall =
  (Client: typeof OpenAI): Call =>
  (url, { signal, timeout } = {}) => {
    const client = new Client({ apiKey: 'key', baseURL: url, maxRetries: 0, ...(timeout && { timeout }) });
    return client.chat.completions.create(
      { model: 'model', messages: [{ role: 'user', content: 'Hello' }] },
      { ...(signal && { signal }) },
    );
  };

const anthropicCall: Call = (url, { signal, timeout } = {}) => {
  const client = new Anthropic({ apiKey: 'key', baseURL: url, maxRetries: 0, ...(timeout && { timeout }) });
  return client.messages.create(
    { model: 'model', max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }] },
    { ...(signal && { signal }) },
  );
};

const aiCall =
  (maxRetries: number): Call =>
  (url, { signal, timeout } = {}) => {
    const openai = createOpenAI({ apiKey: 'key', baseURL: url });
    const abortSignal = signal ?? (timeout ? AbortSignal.timeout(timeout) : undefined);
    return generateText({ model: openai('model'), prompt: 'Hello', maxRetries, ...(abortSignal && { abortSignal }) });
  };

const quota = json({ error: { message: 'no money', type: 'insufficient_quota', code: 'insufficient_quota' } }, 429);

describe.each<[string, Call]>([
  ['openai 7.59', openaiCall(OpenAI)],
  ['openai 4.0', openaiCall(OpenAIOld as unknown as typeof OpenAI)],
  ['@anthropic-ai/sdk', anthropicCall],
])('%s', (name, call) => {
  testClient(call, sawLlm);

  test('409 is a conflict', async () => {
    expect(sawLlm.see(await failureOf(call, json({}, 409)))).toBe('conflict');
  });

  test('no money is not transient, although the status is 429', async () => {
    if (name !== '@anthropic-ai/sdk') expect(sawLlm.see(await failureOf(call, quota))).toBe('none');
    else
      expect(sawLlm.see(await failureOf(call, json({ type: 'error', error: { type: 'billing_error' } }, 402)))).toBe(
        'none',
      );
  });

  test('retry-after-ms and Retry-After become a wait', async () => {
    const exact = await failureOf(call, json({}, 429, { 'retry-after-ms': '1500', 'retry-after': '2' }));
    expect(llm.isThrottled(exact)).toEqual({ atLeast: 1_500 });
    const error = await failureOf(call, json({}, 503, { 'retry-after': '2' }));
    expect(llm.isTransient(error)).toEqual({ atLeast: 2_000 });
  });

  test('x-should-retry overrides the status', async () => {
    expect(sawLlm.see(await failureOf(call, json({}, 429, { 'x-should-retry': 'false' })))).toBe('none');
    expect(sawLlm.see(await failureOf(call, json({}, 400, { 'x-should-retry': 'true' })))).toBe('unavailable');
  });
});

describe('errors in the middle of a stream', () => {
  const streamOf = (data: object) => ({
    headers: { 'content-type': 'text/event-stream' },
    body: `event: error\ndata: ${JSON.stringify(data)}\n\n`,
  });

  test.each([
    ['overloaded_error', 'throttled'],
    ['rate_limit_error', 'throttled'],
    ['api_error', 'unavailable'],
    ['invalid_request_error', 'none'],
  ])('@anthropic-ai/sdk: %s is %s', async (type, kind) => {
    await using server = await flakyServer(streamOf({ type: 'error', error: { type, message: 'message' } }));
    const client = new Anthropic({ apiKey: 'key', baseURL: server.url, maxRetries: 0 });
    const reading = async () => {
      const body = { model: 'model', max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hello' }] };
      for await (const _ of await client.messages.create({ ...body, stream: true }));
    };
    expect(sawLlm.see(await failure(reading()))).toBe(kind);
  });

  test.each([
    ['server_error', 'unavailable'],
    ['rate_limit_exceeded', 'throttled'],
    ['insufficient_quota', 'none'],
    ['invalid_prompt', 'none'],
  ])('openai: %s is %s', async (code, kind) => {
    await using server = await flakyServer(streamOf({ error: { code, type: code, message: 'message' } }));
    const client = new OpenAI({ apiKey: 'key', baseURL: server.url, maxRetries: 0 });
    const reading = async () => {
      const messages = [{ role: 'user' as const, content: 'Hello' }];
      for await (const _ of await client.chat.completions.create({ model: 'model', messages, stream: true }));
    };
    expect(sawLlm.see(await failure(reading()))).toBe(kind);
  });

  test('a stream that breaks off is unavailable', async () => {
    await using server = await flakyServer({ ...streamOf({}), truncate: 10, reset: true });
    const client = new Anthropic({ apiKey: 'key', baseURL: server.url, maxRetries: 0 });
    const reading = async () => {
      const body = { model: 'model', max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hello' }] };
      for await (const _ of await client.messages.create({ ...body, stream: true }));
    };
    expect(sawLlm.see(await failure(reading()))).toBe('unavailable');
  });
});

test('the AI SDK: a connection that is lost is unavailable', async () => {
  expect(sawLlm.see(await failureOf(aiCall(0), { reset: true }))).toBe('unavailable');
});

test('Anthropic: 529 is throttled', async () => {
  const step = json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 529);
  expect(sawLlm.see(await failureOf(anthropicCall, step))).toBe('throttled');
});

describe.each([
  ['the AI SDK', aiCall(0)],
  ['the AI SDK after a retry of its own', aiCall(1)],
])('%s', (name, call) => {
  const hasRetries = name !== 'the AI SDK';
  const isFast = (status: number) => !hasRetries || status < 500;

  test.each(STATUSES.filter(([status]) => isFast(status)))('%i is %s', async (status, kind) => {
    expect(sawLlm.see(await failureOf(call, json({}, status, { 'retry-after-ms': '1' })))).toBe(kind);
  });

  test('no money is not transient', async () => {
    const { body, headers } = quota as { body: string; headers: Record<string, string> };
    const step = { status: 429, body, headers: { ...headers, 'retry-after-ms': '1' } };
    expect(sawLlm.see(await failureOf(call, step))).toBe('none');
  });

  test('a cancelled call is not transient', async () => {
    expect(sawLlm.see(await failureOf(call, { hang: true }, { signal: AbortSignal.timeout(50) }))).toBe('none');
    expect(sawLlm.see(await failureOf(call, { hang: true }, { timeout: 50 }))).toBe('none');
  });

  test('retry-after-ms becomes a wait', async () => {
    const error = await failureOf(call, json({}, 429, { 'retry-after-ms': '9' }));
    expect(llm.isThrottled(error)).toEqual({ atLeast: 9 });
  });
});

test('every row of llm that says seen was seen', () => {
  expect(sawLlm.unseen()).toEqual([]);
});
