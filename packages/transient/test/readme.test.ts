import { Server as GrpcServer, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { type FlakyStep, flakyServer } from '@stamina/testing';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { checkReadme } from '../../../scripts/vitest/readme.ts';
import { LOAD } from './support/generated.ts';
import { startMongo } from './support/mongodb.ts';
import { hasMariadb, hasPostgres, hasRedis, startMariadb, startPostgres, startRedis } from './support/servers.ts';

/** The reader's code that Prisma and gRPC generate. */
const NAMES = `
interface Transaction {
  account: { update(args: { where: { id: number }; data: { balance: { decrement: number } } }): Promise<unknown> };
}
declare const prisma: {
  $transaction(fn: (tx: Transaction) => Promise<void>, options: { isolationLevel: 'Serializable' }): Promise<void>;
  $disconnect(): Promise<void>;
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

/** Lets the first two changes of a table fail, as if they could not be serialized. Sequences count even what is rolled back. */
const failTwice = (table: string): string => `
  CREATE SEQUENCE ${table}_changes;
  CREATE FUNCTION fail_${table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('${table}_changes') <= 2 THEN RAISE EXCEPTION 'try again' USING ERRCODE = 'serialization_failure'; END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER fail BEFORE UPDATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION fail_${table}();
`;

/** The servers that the examples find in their environment. Most of them fail at first. */
const env: Record<string, string> = {};
/** Returns the number of attempts that each of these servers has seen. */
const attempts: Record<string, () => unknown> = {};
const ends: (() => Promise<unknown>)[] = [];

if (hasPostgres) {
  const server = await startPostgres();
  ends.push(() => server.remove());
  env.POSTGRES_URL = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  const client = new Client(env.POSTGRES_URL);
  await client.connect();
  ends.unshift(() => client.end());
  for (const table of ['accounts', 'account']) {
    await client.query(
      `${TABLE.replace('accounts', table)}; INSERT INTO ${table} VALUES (1, 100); ${failTwice(table)}`,
    );
    attempts[table] = async () => (await client.query(`SELECT last_value FROM ${table}_changes`)).rows[0].last_value;
  }
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
const mongo = await startMongo(2, { name: 'Ada' });
ends.push(() => mongo.close());
env.MONGODB_URL = mongo.url;
attempts.mongodb = mongo.finds;

let loads = 0;
const orders = new GrpcServer();
orders.addService(
  { load: LOAD },
  {
    load(_: unknown, callback: sendUnaryData<unknown>) {
      if (++loads < 3) callback({ code: status.UNAVAILABLE, details: 'starting' });
      else callback(null, { id: 1, total: 30 });
    },
  },
);
const port = await new Promise((resolve, reject) => {
  orders.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
    error ? reject(error) : resolve(bound),
  );
});
ends.push(async () => orders.forceShutdown());
env.ORDERS_ADDRESS = `127.0.0.1:${port}`;
attempts.grpc = () => loads;

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
  attempts[name] = () => server.requests.length;
}
Object.assign(env, {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  OPENAI_API_KEY: 'key',
});
afterAll(() => Promise.all(ends.map((end) => end())));

const preload = new URL('support/generated.ts', import.meta.url).href;
checkReadme(import.meta.url, 'packages/transient/README.md', { names: NAMES, preload, env });

test.each(Object.entries(attempts))('the example for %s was retried', async (name, count) => {
  expect(Number(await count())).toBe(name === 'OPENAI_BASE_URL' ? 2 : 3);
});
