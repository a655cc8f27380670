import * as transient from '@stamina/transient/mysql';
import * as mariadbNew from 'mariadb';
import mariadbOld from 'mariadb-3.0';
import mysqlNew from 'mysql2/promise';
import mysqlOld from 'mysql2-3.0/promise.js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, hasMariadb, type Server, startMariadb, WITH_MARIADB } from './support/servers.ts';
import { failure, sightings } from './support/sightings.ts';

const { see, unseen } = sightings('mariadb', transient);

/** A query that takes long, and that the server can cancel. */
const ENDLESS = 'SELECT COUNT(*) FROM seq_1_to_1000000 a JOIN seq_1_to_1000000 b WHERE a.seq + b.seq = -1';

/** What the tests need of a connection, whichever client opened it. */
interface Connection {
  query(sql: string | { readonly sql: string }, values?: readonly unknown[]): Promise<readonly object[]>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): void;
  readonly id: number;
}
interface Pool {
  query(sql: string): Promise<unknown>;
  getConnection(): Promise<{ release(): unknown }>;
  end(): Promise<unknown>;
}
interface Client {
  connect(options: object): Promise<Connection>;
  createPool(options: object): Pool;
  /** The options of a connection, and of a query, that fails long before a second is over. */
  readonly impatient: { readonly connection: object; readonly query: object };
  /** The options of a pool that has one connection, and in which nobody waits for long. */
  readonly single: object;
}

const mysql2 = ({ createConnection, createPool }: typeof mysqlNew): Client => ({
  async connect(options) {
    const connection = await createConnection(options);
    return {
      query: async (sql, values) => (await connection.query(sql as string, values as unknown[]))[0] as object[],
      on: (event, listener) => connection.on(event, listener),
      destroy: () => connection.destroy(),
      id: connection.threadId,
    };
  },
  createPool,
  impatient: { connection: {}, query: { timeout: 20 } },
  single: { connectionLimit: 1, waitForConnections: false },
});

const mariadb = ({
  createConnection,
  createPool,
}: Pick<typeof mariadbNew, 'createConnection' | 'createPool'>): Client => ({
  async connect(options) {
    const connection = await createConnection(options);
    return {
      query: (sql, values) => connection.query(sql, values),
      on: (event, listener) => connection.on(event, listener),
      destroy: () => connection.destroy(),
      id: connection.threadId as number,
    };
  },
  // By default, a pool tries for ten seconds to open a connection.
  createPool: (options) => createPool({ acquireTimeout: 500, ...options }),
  impatient: { connection: { socketTimeout: 300 }, query: {} },
  // Long enough to connect on a busy machine, because the pool also gives its first connection up after this time.
  single: { connectionLimit: 1, acquireTimeout: 1_000 },
});

describe.skipIf(!hasMariadb)(WITH_MARIADB, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startMariadb([
      '--max-connections=10',
      '--max-user-connections=50',
      '--innodb-snapshot-isolation=ON',
    ]);
    const client = await mysqlNew.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
    await client.query('CREATE DATABASE shop');
    await client.query('CREATE TABLE shop.accounts (id int PRIMARY KEY, balance int) ENGINE=InnoDB');
    await client.query('INSERT INTO shop.accounts VALUES (1, 0), (2, 0)');
    await client.query("CREATE USER guest@'%'");
    await client.query("GRANT ALL ON shop.* TO guest@'%'");
    await client.query("CREATE USER single@'%' WITH MAX_USER_CONNECTIONS 1");
    await client.end();
  });
  afterAll(() => server?.remove());

  describe.each<[string, Client]>([
    ['mysql2 3.24', mysql2(mysqlNew)],
    ['mysql2 3.0', mysql2(mysqlOld as unknown as typeof mysqlNew)],
    ['mariadb 3.5', mariadb(mariadbNew)],
    ['mariadb 3.0', mariadb(mariadbOld as unknown as typeof mariadbNew)],
  ])('%s', (name, { connect, createPool, impatient, single }) => {
    let connections: Connection[] = [];
    const options = () => ({ host: '127.0.0.1', port: server.port, user: 'root', database: 'shop' });
    async function open(more: object = {}): Promise<Connection> {
      const connection = await connect({ ...options(), ...more });
      connection.on('error', () => {});
      connections.push(connection);
      return connection;
    }
    afterEach(() => {
      for (const connection of connections) connection.destroy();
      connections = [];
    });

    test('a deadlock is a conflict', async () => {
      const [first, second] = [await open(), await open()];
      for (const [index, connection] of [first, second].entries()) {
        await connection.query('BEGIN');
        await connection.query('UPDATE accounts SET balance = 1 WHERE id = ?', [index + 1]);
      }
      const ends = await Promise.allSettled([
        first.query('UPDATE accounts SET balance = 1 WHERE id = 2').then(() => first.query('COMMIT')),
        second.query('UPDATE accounts SET balance = 1 WHERE id = 1').then(() => second.query('COMMIT')),
      ]);
      const failures = ends.filter((end) => end.status === 'rejected');
      expect(failures.map(({ reason }) => see(reason))).toEqual(['conflict']);
    });

    test('a lock that is not available in time, or at once, is a conflict', async () => {
      const [holder, other] = [await open(), await open()];
      await holder.query('BEGIN');
      await holder.query('SELECT * FROM accounts WHERE id = 1 FOR UPDATE');
      await other.query('SET innodb_lock_wait_timeout = 1');
      const update = 'UPDATE accounts SET balance = 0 WHERE id = 1';
      expect(see(await failure(other.query(update)))).toBe('conflict');
      expect(see(await failure(other.query('SELECT * FROM accounts WHERE id = 1 FOR UPDATE NOWAIT')))).toBe('conflict');
    });

    test('a row that changed since it was read is a conflict', async () => {
      const [reader, writer] = [await open(), await open()];
      await reader.query('SET innodb_snapshot_isolation = ON');
      await reader.query('BEGIN');
      await reader.query('SELECT * FROM accounts');
      await writer.query('UPDATE accounts SET balance = balance + 1 WHERE id = 1');
      expect(see(await failure(reader.query('UPDATE accounts SET balance = 0 WHERE id = 1')))).toBe('conflict');
    });

    test('a connection that is killed is unavailable, and so are later queries', async () => {
      const [victim, killer] = [await open(), await open()];
      const query = failure(victim.query(ENDLESS));
      let isRunning = false;
      while (!isRunning) {
        const rows = await killer.query(
          "SELECT 1 FROM information_schema.processlist WHERE id = ? AND info LIKE '%seq_%' AND id != connection_id()",
          [victim.id],
        );
        isRunning = rows.length > 0;
      }
      await killer.query(`KILL ${victim.id}`);
      expect(see(await query)).toBe('unavailable');
      expect(see(await failure(victim.query('SELECT 1')))).toBe('unavailable');

      const idle = await open();
      const told = new Promise<Error>((resolve) => void idle.on('error', resolve));
      await killer.query(`KILL ${idle.id}`);
      expect(see(await told)).toBe('unavailable');
      expect(see(await failure(idle.query('SELECT 1')))).toBe('unavailable');
    });

    test('a query that takes longer than the client waits is unavailable', async () => {
      const connection = await open(impatient.connection);
      expect(see(await failure(connection.query({ sql: 'SELECT SLEEP(1)', ...impatient.query })))).toBe('unavailable');
    });

    test('a cancelled statement is not transient', async () => {
      const connection = await open();
      await connection.query('SET max_statement_time = 0.02');
      expect(see(await failure(connection.query(ENDLESS)))).toBe('none');
      const [victim, killer] = [await open(), await open()];
      const query = failure(victim.query(ENDLESS));
      let isOver = false;
      void query.then(() => {
        isOver = true;
      });
      while (!isOver) await killer.query(`KILL QUERY ${victim.id}`);
      expect(see(await query)).toBe('none');
    });

    test('too many connections are unavailable, and too many of one user are throttled', async () => {
      async function openUntilItFails(): Promise<never> {
        for (;;) await open({ user: 'guest' });
      }
      await open({ user: 'single', database: undefined });
      expect(see(await failure(open({ user: 'single', database: undefined })))).toBe('throttled');
      expect(see(await failure(openUntilItFails()))).toBe('unavailable');
    });

    test('as many connections of a user as the server allows are throttled', async () => {
      const root = await open();
      await root.query('SET GLOBAL max_user_connections = 1');
      try {
        // The server may still count a connection that another test has closed.
        while (!(await open({ user: 'guest' }).catch(() => undefined)));
        expect(see(await failure(open({ user: 'guest' })))).toBe('throttled');
      } finally {
        await root.query('SET GLOBAL max_user_connections = 50');
      }
    });

    test('an exhausted pool is unavailable, and a pool that was closed is not transient', async () => {
      const pool = createPool({ ...options(), ...single });
      const connection = await pool.getConnection();
      expect(see(await failure(pool.query('SELECT 1')))).toBe('unavailable');
      connection.release();
      await pool.end();
      expect(see(await failure(pool.query('SELECT 1')))).toBe('none');
    });

    const testMysql2 = name.startsWith('mysql2') ? test : () => {};
    testMysql2('a queue that is full is unavailable', async () => {
      const queue = createPool({ ...options(), connectionLimit: 1, queueLimit: 1 });
      const only = await queue.getConnection();
      const waiting = queue.query('SELECT 1');
      expect(see(await failure(queue.query('SELECT 1')))).toBe('unavailable');
      only.release();
      await waiting;
      await queue.end();
    });

    test('a write to a read-only server is unavailable', async () => {
      const [root, guest] = [await open(), await open({ user: 'guest' })];
      await root.query('SET GLOBAL read_only = ON');
      try {
        expect(see(await failure(guest.query('UPDATE accounts SET balance = 0')))).toBe('unavailable');
      } finally {
        await root.query('SET GLOBAL read_only = OFF');
      }
    });

    test('a mistake is not transient', async () => {
      const connection = await open();
      for (const mistake of ['SELEC 1', 'SELECT * FROM nothing', 'INSERT INTO accounts VALUES (1, 0)']) {
        expect(see(await failure(connection.query(mistake)))).toBe('none');
      }
      expect(see(await failure(open({ user: 'nobody' })))).toBe('none');
    });

    test('a server that is down, or restarts, is unavailable', async () => {
      const pool = createPool(options());
      const query = failure(pool.query('SELECT SLEEP(60)'));
      await pool.query('SELECT 1');
      await server.stop();
      expect(see(await query)).toBe('unavailable');
      expect(see(await failure(pool.query('SELECT 1')))).toBe('unavailable');
      await server.start();
      // The pool of `mariadb` waits before it opens connections again.
      await vi.waitFor(() => pool.query('SELECT 1'), 10_000);
      await pool.end();
    });

    // The oldest one limits only how long the connection takes, but not how long the server takes to answer.
    const testAnswer = name === 'mariadb 3.0' ? () => {} : test;
    testAnswer('a server that does not answer is unavailable', async () => {
      server.kill('SIGSTOP');
      try {
        expect(see(await failure(open({ connectTimeout: 50 })))).toBe('unavailable');
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
  const connecting = mysqlNew.createConnection({ host: '127.0.0.1', port: await freePort() });
  expect(see(await failure(connecting))).toBe('unavailable');
});
