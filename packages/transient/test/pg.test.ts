import { createRequire } from 'node:module';
import { retry } from '@stamina/core';
import * as transient from '@stamina/transient/pg';
import pgNew from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, hasPostgres, type Server, startPostgres, WITH_POSTGRES } from './support/servers.ts';
import { failure, sightings } from './support/sightings.ts';

// A default import would also load the native client, which is not installed.
const require = createRequire(import.meta.url);
const pgOld: typeof pgNew = require('pg-8.0');

const { see, unseen } = sightings('postgres', transient);

/** Waits until `check` succeeds. */
async function until<T>(check: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await check();
    } catch {
      // The next round trip is later.
    }
  }
}

describe.skipIf(!hasPostgres)(WITH_POSTGRES, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startPostgres(['-c', 'max_connections=12', '-c', 'wal_level=replica']);
    const client = new pgNew.Client({ host: '127.0.0.1', port: server.port, user: 'postgres' });
    await client.connect();
    await client.query(
      'CREATE TABLE accounts (id int PRIMARY KEY, balance int); INSERT INTO accounts VALUES (1, 0), (2, 0)',
    );
    await client.query('CREATE ROLE guest LOGIN');
    await client.end();
  });
  afterAll(() => server?.remove());

  describe.each([
    ['pg 8.23', pgNew],
    ['pg 8.0', pgOld],
  ])('%s', (_, { Client, Pool }) => {
    type Client = InstanceType<typeof pgNew.Client>;
    let clients: Client[] = [];
    const options = () => ({ host: '127.0.0.1', port: server.port, user: 'postgres' });
    async function open(more: object = {}): Promise<Client> {
      const client = new Client({ ...options(), ...more });
      clients.push(client);
      client.on('error', () => {});
      await client.connect();
      return client;
    }
    async function openUntilItFails(more: object): Promise<never> {
      for (;;) await open(more);
    }
    afterEach(() => {
      // Nobody waits, because old clients whose connection was lost never end.
      for (const client of clients) void client.end().catch(() => {});
      clients = [];
    });
    const pidOf = async (client: Client): Promise<number> =>
      (await client.query('SELECT pg_backend_pid() pid')).rows[0].pid;

    test('a serialization failure is a conflict', async () => {
      const [first, second] = [await open(), await open()];
      for (const client of [first, second]) {
        await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT sum(balance) FROM accounts');
      }
      await first.query('UPDATE accounts SET balance = balance + 1 WHERE id = 1');
      await second.query('UPDATE accounts SET balance = balance + 1 WHERE id = 2');
      await first.query('COMMIT');
      expect(see(await failure(second.query('COMMIT')))).toBe('conflict');
    });

    test('a deadlock is a conflict', async () => {
      const [first, second] = [await open(), await open()];
      for (const client of [first, second]) await client.query("SET deadlock_timeout = '10ms'; BEGIN");
      await first.query('UPDATE accounts SET balance = 1 WHERE id = 1');
      await second.query('UPDATE accounts SET balance = 1 WHERE id = 2');
      const ends = await Promise.allSettled([
        first.query('UPDATE accounts SET balance = 1 WHERE id = 2').then(() => first.query('COMMIT')),
        second.query('UPDATE accounts SET balance = 1 WHERE id = 1').then(() => second.query('COMMIT')),
      ]);
      const failures = ends.filter((end) => end.status === 'rejected');
      expect(failures.map(({ reason }) => see(reason))).toEqual(['conflict']);
    });

    test('a lock that is not available is a conflict', async () => {
      const [holder, other] = [await open(), await open()];
      await holder.query('BEGIN; SELECT * FROM accounts WHERE id = 1 FOR UPDATE');
      expect(see(await failure(other.query('SELECT * FROM accounts WHERE id = 1 FOR UPDATE NOWAIT')))).toBe('conflict');
      await other.query("SET lock_timeout = '10ms'");
      expect(see(await failure(other.query('UPDATE accounts SET balance = 0 WHERE id = 1')))).toBe('conflict');
    });

    test('a connection that is killed during a query is unavailable, and so are later queries', async () => {
      const [victim, killer] = [await open(), await open()];
      const errors: Error[] = [];
      victim.on('error', (error: Error) => errors.push(error));
      const pid = await pidOf(victim);
      const query = failure(victim.query('SELECT pg_sleep(60)'));
      await until(async () => {
        const { rows } = await killer.query('SELECT pg_terminate_backend($1) killed', [pid]);
        if (!rows[0].killed) throw new Error('not yet');
      });
      expect(see(await query)).toBe('unavailable');
      expect(see(await failure(victim.query('SELECT 1')))).toBe('unavailable');
      for (const error of errors) expect(see(error)).toBe('unavailable');
    });

    test('a connection that is killed while it is idle is unavailable', async () => {
      const [victim, killer] = [await open(), await open()];
      const told = new Promise<Error>((resolve) => victim.on('error', resolve));
      await killer.query('SELECT pg_terminate_backend($1)', [await pidOf(victim)]);
      expect(see(await told)).toBe('unavailable');
      expect(see(await failure(victim.query('SELECT 1')))).toBe('unavailable');
    });

    test('a session that was idle for too long is unavailable', async () => {
      const client = await open();
      const told = new Promise<Error>((resolve) => client.on('error', resolve));
      await client.query("SET idle_session_timeout = '10ms'");
      expect(see(await told)).toBe('unavailable');
      const another = await open();
      const toldToo = new Promise<Error>((resolve) => another.on('error', resolve));
      await another.query("SET idle_in_transaction_session_timeout = '10ms'; BEGIN");
      expect(see(await toldToo)).toBe('unavailable');
    });

    test('a query that takes longer than the client waits is unavailable', async () => {
      const client = await open({ query_timeout: 20 });
      expect(see(await failure(client.query('SELECT pg_sleep(0.2)')))).toBe('unavailable');
    });

    test('a deadline ends a query that hangs, and ignores its later end', async () => {
      const [client, killer] = [await open(), await open()];
      const pid = await pidOf(client);
      const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
      const query = vi.fn(() => client.query('SELECT pg_sleep(60)'));
      const policy = retry({ on: transient.isTransient, deadline: 50, ...hooks });
      expect(await failure(policy.run(query))).toMatchObject({
        name: 'TimeoutError',
        message: 'no success within 50 ms (1 attempt)',
      });
      await killer.query('SELECT pg_terminate_backend($1)', [pid]);
      expect(see(await failure(query.mock.results[0]?.value))).toBe('unavailable');
      expect(query).toHaveBeenCalledTimes(1);
      expect(hooks.onGiveUp.mock.calls).toMatchObject([[{ reason: 'deadline', attempt: 1 }]]);
      for (const hook of [hooks.onRetry, hooks.onRecover]) expect(hook).not.toHaveBeenCalled();
    });

    test('a cancelled statement is not transient', async () => {
      const [client, other] = [await open(), await open()];
      const pid = await pidOf(client);
      const query = failure(client.query('SELECT pg_sleep(60)'));
      let cancelled = false;
      void query.then(() => {
        cancelled = true;
      });
      while (!cancelled) await other.query('SELECT pg_cancel_backend($1)', [pid]);
      expect(see(await query)).toBe('none');
      await client.query("SET statement_timeout = '10ms'");
      expect(see(await failure(client.query('SELECT pg_sleep(60)')))).toBe('none');
    });

    test('too many connections are unavailable', async () => {
      const error = await failure(openUntilItFails({ user: 'guest', database: 'postgres' }));
      expect(see(error)).toBe('unavailable');
    });

    test('an exhausted pool is unavailable, and a pool that was closed is not transient', async () => {
      const pool = new Pool({ ...options(), max: 1, connectionTimeoutMillis: 1_000 });
      const client = await pool.connect();
      expect(see(await failure(pool.query('SELECT 1')))).toBe('unavailable');
      client.release();
      await pool.end();
      expect(see(await failure(pool.query('SELECT 1')))).toBe('none');
    });

    test('a write to a read-only server is unavailable', async () => {
      const client = await open();
      await client.query('SET default_transaction_read_only = on');
      expect(see(await failure(client.query('UPDATE accounts SET balance = 0')))).toBe('unavailable');
    });

    test('a mistake is not transient', async () => {
      const client = await open();
      for (const mistake of ['SELEC 1', 'SELECT * FROM nothing', 'SELECT 1/0', 'INSERT INTO accounts VALUES (1, 0)']) {
        expect(see(await failure(client.query(mistake)))).toBe('none');
      }
      expect(see(await failure(open({ user: 'nobody' })))).toBe('none');
    });

    test('a server that is down, or restarts, is unavailable', async () => {
      const pool = new Pool({ ...options(), connectionTimeoutMillis: 5_000 });
      pool.on('error', (error) => expect(see(error)).toBe('unavailable'));
      await pool.query('SELECT 1');
      const query = failure(pool.query('SELECT pg_sleep(60)'));
      await pool.query('SELECT 1');
      await server.stop('SIGINT');
      expect(see(await query)).toBe('unavailable');
      expect(see(await failure(pool.query('SELECT 1')))).toBe('unavailable');
      expect(see(await failure(open({ host: server.folder })))).toBe('unavailable');
      await server.start();
      await pool.query('SELECT 1');
      await pool.end();
    });

    test('a crash of another process is unavailable, and so is the recovery', async () => {
      const [victim, other] = [await open(), await open()];
      const pid = await pidOf(victim);
      const query = failure(other.query('SELECT pg_sleep(60)'));
      await open();
      process.kill(pid, 'SIGKILL');
      expect(see(await query)).toBe('unavailable');
      await until(() => open());
    });

    test('a server that shuts down is unavailable', async () => {
      // SIGTERM lets the server wait for its clients. Until they are gone, it refuses new ones.
      await open();
      server.kill('SIGTERM');
      const refused = await failure(openUntilItFails({}));
      expect(see(refused)).toBe('unavailable');
      expect(refused).toMatchObject({ code: '57P03' });
      await server.stop('SIGINT');
      await server.start();
    });

    test('a server that does not answer is unavailable', async () => {
      server.kill('SIGSTOP');
      try {
        expect(see(await failure(open({ connectionTimeoutMillis: 50 })))).toBe('unavailable');
        const pool = new Pool({ ...options(), connectionTimeoutMillis: 50 });
        expect(see(await failure(pool.query('SELECT 1')))).toBe('unavailable');
      } finally {
        server.kill('SIGCONT');
      }
    });
  });

  test('every row that says seen was seen', () => {
    expect(unseen()).toEqual([]);
  });
});

test('nobody listens: unavailable', async () => {
  const client = new pgNew.Client({ host: '127.0.0.1', port: await freePort() });
  expect(see(await failure(client.connect()))).toBe('unavailable');
  const both = new pgNew.Client({ host: 'localhost', port: await freePort() });
  expect(see(await failure(both.connect()))).toBe('unavailable');
});
