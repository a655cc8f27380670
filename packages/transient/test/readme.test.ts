import { type FlakyStep, flakyServer } from '@stamina/testing';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { afterAll } from 'vitest';
import { checkReadme } from '../../../scripts/vitest/readme.ts';
import { hasMariadb, hasPostgres, hasRedis, startMariadb, startPostgres, startRedis } from './support/servers.ts';

/** The reader's code that Prisma and gRPC generate. */
const NAMES = `
interface Transaction {
  account: { update(args: { where: { id: number }; data: { balance: { decrement: number } } }): Promise<unknown> };
}
declare const prisma: {
  $transaction(fn: (tx: Transaction) => Promise<void>, options: { isolationLevel: 'Serializable' }): Promise<void>;
};
declare const orders: {
  load(
    request: { id: number },
    options: { deadline: number },
    callback: (error: Error | null, reply: unknown) => void,
  ): unknown;
};
`;

const TABLE = 'CREATE TABLE accounts (id int PRIMARY KEY, balance int)';

/** The servers that the examples find in their environment. Each server of HTTP fails at first. */
const env: Record<string, string> = {};
const ends: (() => Promise<unknown>)[] = [];

if (hasPostgres) {
  const server = await startPostgres();
  ends.push(() => server.remove());
  env.POSTGRES_URL = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  const client = new Client(env.POSTGRES_URL);
  await client.connect();
  await client.query(TABLE);
  await client.end();
}
if (hasMariadb) {
  const server = await startMariadb();
  ends.push(() => server.remove());
  env.MYSQL_URL = `mysql://root@127.0.0.1:${server.port}/shop`;
  const connection = await createConnection(env.MYSQL_URL.replace('/shop', ''));
  for (const statement of ['CREATE DATABASE shop', 'USE shop', TABLE]) await connection.query(statement);
  await connection.end();
}
if (hasRedis) {
  const server = await startRedis();
  ends.push(() => server.remove());
  env.REDIS_URL = `redis://127.0.0.1:${server.port}`;
}
const headers = { 'content-type': 'application/json', 'retry-after-ms': '10' };
const message = {
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hello!', annotations: [] }],
};
const answers: Record<string, FlakyStep[]> = {
  AWS_ENDPOINT_URL_S3: [{ reset: true }, { status: 503 }, { body: 'Feed the cat.' }],
  API_URL: [{ close: true }, { status: 429, headers }, { headers, body: '{"name":"Ada"}' }],
  OPENAI_BASE_URL: [
    { status: 429, headers },
    { headers, body: JSON.stringify({ object: 'response', output: [message] }) },
  ],
};
for (const [name, steps] of Object.entries(answers)) {
  const server = await flakyServer(steps);
  ends.push(() => server.close());
  env[name] = server.url;
}
Object.assign(env, {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  OPENAI_API_KEY: 'key',
});
afterAll(() => Promise.all(ends.map((end) => end())));

checkReadme(import.meta.url, 'packages/transient/README.md', { names: NAMES, env });
