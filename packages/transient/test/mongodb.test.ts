// No server of MongoDB runs in these tests, because Debian has none. Its rows come from the manual, and are tested with errors
// that the driver makes.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { retry } from '@stamina/core';
import * as mongodb from '@stamina/transient/mongodb';
import { MongoClient, MongoNetworkError, MongoServerError, MongoTopologyClosedError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { readTables } from '../../../scripts/gates/tables.ts';
import { type MongoServer, startMongo } from './support/mongodb.ts';
import { freePort } from './support/servers.ts';
import { failure, kindOf, sightings } from './support/sightings.ts';

const rowsOf = (client: string) =>
  readTables(client).flatMap(({ about, rows }) => rows.map((row) => ({ ...row, about })));
const kindIn = (kind: string): string => (kind === 'never' ? 'none' : kind);

describe('the driver of MongoDB', () => {
  const { see, unseen } = sightings('mongodb', mongodb);
  const connect = async (port: number, connectTimeoutMS: number): Promise<unknown> => {
    const options = { serverSelectionTimeoutMS: 500, connectTimeoutMS };
    const client = new MongoClient(`mongodb://127.0.0.1:${port}`, options);
    return await client.connect().finally(() => void client.close());
  };

  test('a server that is down is unavailable', async () => {
    const error = await failure(connect(await freePort(), 10_000));
    expect(see(error)).toBe('unavailable');
    expect(see(error.cause)).toBe('unavailable');
  });

  test('a client that could not connect recovers if each attempt connects', async () => {
    const port = await freePort();
    const client = new MongoClient(`mongodb://127.0.0.1:${port}`, { serverSelectionTimeoutMS: 100 });
    let server: MongoServer | undefined;
    const onRetry = async () => {
      server ??= await startMongo(2, { name: 'Ada' }, port);
    };
    const policy = retry({ on: mongodb.isTransient, waitMax: 0, onRetry });
    const user = await policy.run(async () => {
      await client.connect();
      return await client.db('shop').collection('users').findOne({});
    });
    expect(user).toEqual({ name: 'Ada' });
    // The driver itself repeats each command once.
    expect(server?.finds()).toBe(3);
    await client.close();
    await server?.close();
  });

  test('a server that does not answer is unavailable', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const error = await failure(connect((silent.address() as { port: number }).port, 50));
    expect(see(error)).toBe('unavailable');
    silent.close();
  });

  test('every row that says seen was seen', () => {
    expect(unseen()).toEqual([]);
  });

  test.each(rowsOf('mongodb'))('$key is $kind', ({ key, kind, about }) => {
    const answer = /labels/.test(about) ? { errorLabels: [key] } : { code: Number(key) };
    const error = /names/.test(about)
      ? Object.assign(new Error('message'), { name: key })
      : new MongoServerError({ message: 'message', ...answer });
    expect(kindOf(mongodb, error)).toBe(kindIn(kind));
  });

  test('a wait that Azure Cosmos DB requests is in its message', () => {
    const message = "Error=16500, RetryAfterMs=34, Details='Response status code does not indicate success'";
    const throttled = new MongoServerError({ message, code: 16_500 });
    expect(mongodb.isThrottled(throttled)).toEqual({ atLeast: 34 });
    expect(mongodb.isTransient(new Error('wrapped', { cause: throttled }))).toEqual({ atLeast: 34 });
    const other = new MongoServerError({ message: 'RetryAfterMs=34', code: 11_000 });
    expect(mongodb.isTransient(other)).toBe(false);
  });

  test('a label says more than the code or the name', () => {
    const lost = new MongoNetworkError('connection 1 to 127.0.0.1:27017 closed');
    expect(see(lost)).toBe('unavailable');
    lost.addErrorLabel('TransientTransactionError');
    expect(see(lost)).toBe('conflict');
  });

  test('a mistake, and a client that was closed, are not transient', () => {
    expect(see(new MongoServerError({ message: 'E11000 duplicate key error', code: 11_000 }))).toBe('none');
    expect(see(new MongoTopologyClosedError('Topology is closed'))).toBe('none');
  });
});
