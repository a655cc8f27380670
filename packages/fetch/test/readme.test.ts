import { flakyServer } from '@stamina/testing';
import { afterAll } from 'vitest';
import { checkReadme } from '../../../scripts/vitest/readme.ts';

// A provider that is overloaded at first. Each example of an LLM client makes three requests.
const headers = { 'content-type': 'application/json', 'retry-after-ms': '10' };
const message = {
  type: 'message',
  role: 'assistant',
  id: 'msg_1',
  content: [{ type: 'output_text', text: 'Hello!', annotations: [] }],
};
const body = JSON.stringify({ object: 'response', id: 'resp_1', created_at: 0, model: 'gpt-5', output: [message] });
const requests = new Map<string | undefined, number>();
const server = await flakyServer(({ headers: { 'user-agent': client } }) => {
  const num = (requests.get(client) ?? 0) + 1;
  requests.set(client, num);
  return num < 3 ? { status: num === 1 ? 429 : 529, headers } : { headers, body };
});
afterAll(() => server.close());

const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'key' };
checkReadme(import.meta.url, 'packages/fetch/README.md', { env });
