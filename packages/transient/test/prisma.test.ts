// Prisma 7 runs with the databases of Debian. The engine of earlier versions would have to be downloaded, so its errors are
// taken from the manual.
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { PrismaPg } from '@prisma/adapter-pg';
import * as transient from '@stamina/transient/prisma';
import { createConnection } from 'mariadb';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readTables } from '../../../scripts/gates/tables.ts';
import { newPrismaClient, type PrismaClient, type Transaction } from './support/prisma.ts';
import {
  hasMariadb,
  hasPostgres,
  type Server,
  startMariadb,
  startPostgres,
  WITH_MARIADB,
  WITH_POSTGRES,
} from './support/servers.ts';
import { failure, kindOf, sightings } from './support/sightings.ts';

const { see, unseen } = sightings('prisma', transient);

/** A database that Prisma uses. */
interface Database {
  readonly server: Server;
  /** Opens a client of Prisma, with more options for the driver. */
  connect(options?: object): Promise<PrismaClient>;
  /** Sends a query without Prisma. */
  query(sql: string): Promise<unknown>;
  /** Opens connections until the server refuses more, and returns a function that closes them. */
  exhaust(): Promise<() => Promise<unknown>>;
  readonly columns: { readonly pid: string; readonly kill: string };
  /** A query that never ends by itself, and one that ends after 10 ms because of a limit. */
  readonly endless: string;
  readonly limited: readonly string[];
  /** The options that limit a pool to one connection and a short time. */
  readonly single: object;
  close(): Promise<void>;
}

const TABLE = 'CREATE TABLE account (id int PRIMARY KEY, balance int)';
const ROWS = 'INSERT INTO account VALUES (1, 0), (2, 0)';

async function startWithPostgres(): Promise<Database> {
  const server = await startPostgres(['-c', 'max_connections=20', '-c', 'deadlock_timeout=10ms']);
  const url = (user: string) => `postgres://${user}@127.0.0.1:${server.port}/postgres`;
  const open = async (user: string): Promise<Client> => {
    const client = new Client(url(user));
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  let root = await open('postgres');
  for (const sql of [TABLE, ROWS, 'CREATE ROLE guest LOGIN', 'GRANT ALL ON account TO guest']) await root.query(sql);
  return {
    server,
    connect: ({ user = 'postgres', ...options }: { user?: string } = {}) =>
      newPrismaClient('postgresql', new PrismaPg({ connectionString: url(user), ...options })),
    async query(sql) {
      // The server may have been started anew.
      root = await root.query('SELECT 1').then(
        () => root,
        () => open('postgres'),
      );
      return (await root.query(sql)).rows;
    },
    async exhaust() {
      const clients: Client[] = [];
      await failure(
        (async () => {
          for (;;) clients.push(await open('guest'));
        })(),
      );
      return () => Promise.all(clients.map((client) => client.end()));
    },
    columns: { pid: 'pg_backend_pid()', kill: 'SELECT pg_terminate_backend(%)' },
    endless: 'SELECT pg_sleep(60)',
    limited: ["SET LOCAL statement_timeout = '10ms'", 'SELECT pg_sleep(60)'],
    single: { max: 1, connectionTimeoutMillis: 1_000 },
    async close() {
      await root.end();
      await server.remove();
    },
  };
}

async function startWithMariadb(): Promise<Database> {
  const server = await startMariadb(['--max-connections=20', '--innodb-snapshot-isolation=ON']);
  const options = () => ({ host: '127.0.0.1', port: server.port, user: 'root', database: 'shop' });
  const open = async (more: object = {}) => {
    const connection = await createConnection({ ...options(), ...more });
    connection.on('error', () => {});
    return connection;
  };
  let root = await open({ database: undefined });
  for (const sql of ['CREATE DATABASE shop', 'USE shop', TABLE, ROWS]) await root.query(sql);
  await root.query("CREATE USER guest@'%'");
  await root.query("GRANT ALL ON shop.* TO guest@'%'");
  const endless = 'SELECT COUNT(*) FROM seq_1_to_1000000 a JOIN seq_1_to_1000000 b WHERE a.seq + b.seq = -1';
  return {
    server,
    connect: (more) => newPrismaClient('mysql', new PrismaMariaDb({ ...options(), ...more })),
    async query(sql) {
      if (!root.isValid()) root = await open();
      return await root.query(sql);
    },
    async exhaust() {
      const connections: Awaited<ReturnType<typeof open>>[] = [];
      await failure(
        (async () => {
          for (;;) connections.push(await open({ user: 'guest' }));
        })(),
      );
      return () => Promise.all(connections.map((connection) => connection.end()));
    },
    columns: { pid: 'CONNECTION_ID()', kill: 'KILL %' },
    endless,
    limited: ['SELECT 1', `SET STATEMENT max_statement_time=0.01 FOR ${endless}`],
    single: { connectionLimit: 1, acquireTimeout: 1_000, initializationTimeout: 1_000 },
    async close() {
      await root.end();
      await server.remove();
    },
  };
}

/** Returns a function that waits until it was called so many times. */
function meeting(expected: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    if (++arrived === expected) open();
    return opened;
  };
}

describe.each([
  { title: WITH_POSTGRES, has: hasPostgres, start: startWithPostgres, isPostgres: true },
  { title: WITH_MARIADB, has: hasMariadb, start: startWithMariadb, isPostgres: false },
])('$title', ({ has, start, isPostgres }) => {
  describe.skipIf(!has)('Prisma 7', () => {
    let database: Database;
    let clients: PrismaClient[] = [];
    beforeAll(async () => {
      database = await start();
    });
    afterAll(() => database?.close());
    afterEach(async () => {
      await Promise.all(clients.map((client) => client.$disconnect()));
      clients = [];
    });

    async function connect(options?: object): Promise<PrismaClient> {
      const client = await database.connect(options);
      clients.push(client);
      return client;
    }
    const setBalance = (tx: Transaction, id: number) => tx.account.update({ where: { id }, data: { balance: 1 } });

    /** Runs two transactions at once. Returns the error of the one that fails. */
    async function collide(run: (tx: Transaction, id: number, meet: () => Promise<void>) => Promise<unknown>) {
      const prisma = await connect();
      const meet = meeting(2);
      const options = { isolationLevel: 'Serializable' };
      const both = [1, 2].map((id) => prisma.$transaction((tx) => run(tx, id, meet), options));
      const [failed, ...others] = (await Promise.allSettled(both)).flatMap((end) =>
        end.status === 'rejected' ? [end.reason as Error] : [],
      );
      expect(others).toEqual([]);
      return failed;
    }

    test('transactions that cannot be serialized are a conflict', async () => {
      const failed = await collide(async (tx, id, meet) => {
        await tx.account.findMany();
        await meet();
        await setBalance(tx, id);
      });
      expect(see(failed)).toBe('conflict');
    });

    test('a deadlock is a conflict', async () => {
      const failed = await collide(async (tx, id, meet) => {
        await setBalance(tx, id);
        await meet();
        await setBalance(tx, 3 - id);
      });
      expect(see(failed)).toBe('conflict');
    });

    test('a deadlock of raw queries is a conflict', async () => {
      const setRaw = (tx: Transaction, id: number) =>
        tx.$executeRawUnsafe(`UPDATE account SET balance = 2 WHERE id = ${id}`);
      const failed = await collide(async (tx, id, meet) => {
        await setRaw(tx, id);
        await meet();
        await setRaw(tx, 3 - id);
      });
      expect(failed).toMatchObject({ code: 'P2010' });
      expect(see(failed)).toBe('conflict');
    });

    test('a lock that is not available is a conflict', async () => {
      const [holder, other] = [await connect(), await connect()];
      await holder.$transaction(async (tx) => {
        await setBalance(tx, 1);
        expect(see(await failure(other.$queryRawUnsafe('SELECT * FROM account WHERE id = 1 FOR UPDATE NOWAIT')))).toBe(
          'conflict',
        );
        const limit = isPostgres ? "SET LOCAL lock_timeout = '10ms'" : 'SET innodb_lock_wait_timeout = 1';
        const waiting = other.$transaction(async (tx) => {
          await tx.$executeRawUnsafe(limit);
          await setBalance(tx, 1);
        });
        expect(see(await failure(waiting))).toBe('conflict');
      });
    });

    test('a connection that is killed during a query, or in a transaction, is unavailable', async () => {
      const prisma = await connect(database.single);
      const { pid, kill } = database.columns;
      const killed = prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRawUnsafe(`SELECT ${pid} AS pid`);
        const query = tx.$queryRawUnsafe(database.endless);
        const failed = failure(query);
        await database.query(kill.replace('%', String(row?.pid)));
        expect(see(await failed)).toBe('unavailable');
        await tx.account.findMany();
      });
      expect(see(await failure(killed))).toBe('unavailable');
      const idle = prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRawUnsafe(`SELECT ${pid} AS pid`);
        await database.query(kill.replace('%', String(row?.pid)));
        await tx.account.findMany();
      });
      expect(see(await failure(idle))).toBe('unavailable');
    });

    test('an exhausted pool is unavailable, and so is a transaction that cannot start', async () => {
      const prisma = await connect(database.single);
      await prisma.$transaction(async () => {
        expect(see(await failure(prisma.account.findMany()))).toBe('unavailable');
        expect(see(await failure(prisma.$transaction(async () => {}, { maxWait: 20 })))).toBe('unavailable');
      });
    });

    test('too many connections are unavailable', async () => {
      const prisma = await connect({ ...database.single, user: 'guest' });
      const close = await database.exhaust();
      expect(see(await failure(prisma.account.findMany()))).toBe('unavailable');
      expect(see(await failure(prisma.$queryRawUnsafe('SELECT 1')))).toBe('unavailable');
      await close();
    });

    test('a write to a read-only database is unavailable', async () => {
      const prisma = await connect({ user: 'guest' });
      if (isPostgres) {
        const write = prisma.$transaction(async (tx) => {
          await tx.$executeRawUnsafe('SET TRANSACTION READ ONLY');
          await setBalance(tx, 1);
        });
        expect(see(await failure(write))).toBe('unavailable');
      } else {
        await database.query('SET GLOBAL read_only = ON');
        expect(see(await failure(setBalance(prisma, 1)))).toBe('unavailable');
        await database.query('SET GLOBAL read_only = OFF');
      }
    });

    test('a cancelled statement, and a transaction that took too long, are not transient', async () => {
      const prisma = await connect();
      const [first = '', second = ''] = database.limited;
      const limited = prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe(first);
        await tx.$queryRawUnsafe(second);
      });
      expect(see(await failure(limited))).toBe('none');
      const expired = prisma.$transaction(
        async (tx) => {
          await expect.poll(() => tx.account.findMany().catch(() => 'expired')).toBe('expired');
          await tx.account.findMany();
        },
        { timeout: 20 },
      );
      expect(see(await failure(expired))).toBe('none');
    });

    test('a mistake is not transient', async () => {
      const prisma = await connect();
      const mistakes = [
        () => prisma.account.create({ data: { id: 1, balance: 0 } }),
        () => prisma.account.update({ where: { id: 9 }, data: { balance: 0 } }),
        () => prisma.account.create({ data: { nothing: 0 } }),
        () => prisma.$queryRawUnsafe('SELEC 1'),
        () => prisma.$queryRawUnsafe('SELECT * FROM nothing'),
      ];
      for (const mistake of mistakes) expect(see(await failure(mistake()))).toBe('none');
    });

    test('a server that is down, or restarts, is unavailable', async () => {
      const prisma = await connect(database.single);
      await prisma.account.findMany();
      await database.server.stop(isPostgres ? 'SIGINT' : 'SIGTERM');
      expect(see(await failure(prisma.account.findMany()))).toBe('unavailable');
      expect(see(await failure(prisma.$queryRawUnsafe('SELECT 1')))).toBe('unavailable');
      expect(see(await failure(prisma.$transaction(async () => {})))).toBe('unavailable');
      await database.server.start();
      const rows = await vi.waitFor(() => prisma.account.findMany(), 10_000);
      expect(rows).toHaveLength(2);
    });

    test('a server that does not answer is unavailable', async () => {
      database.server.kill('SIGSTOP');
      try {
        const prisma = await connect(database.single);
        expect(see(await failure(prisma.account.findMany()))).toBe('unavailable');
      } finally {
        database.server.kill('SIGCONT');
      }
    });
  });
});

test.skipIf(!hasPostgres || !hasMariadb)('every row that says seen was seen', () => {
  expect(unseen()).toEqual([]);
});

describe('errors as the manual describes them', () => {
  const known = (code: string, more: object = {}): Error =>
    Object.assign(new Error('message'), { name: 'PrismaClientKnownRequestError', code, ...more });
  const raw = (code: string, message = 'message'): Error => known('P2010', { meta: { code, message } });
  const rows = readTables('prisma').flatMap((table) => table.rows);

  test.each(rows.filter(({ key }) => key.startsWith('P')))('$key is $kind', ({ key, kind }) => {
    expect(kindOf(transient, known(key))).toBe(kind);
  });

  test.each(rows.filter(({ key }) => !key.startsWith('P')))('$key of a driver adapter is $kind', ({ key, kind }) => {
    const driverAdapterError = Object.assign(new Error(key), { name: 'DriverAdapterError', cause: { kind: key } });
    expect(kindOf(transient, driverAdapterError)).toBe(kind);
    expect(kindOf(transient, known('P2010', { meta: { driverAdapterError } }))).toBe(kind);
  });

  test('a raw query that failed counts by the code of the database', () => {
    for (const code of ['40001', '40P01', '55P03', '1213', '1205']) {
      expect(kindOf(transient, raw(code))).toBe('conflict');
    }
    expect(kindOf(transient, raw('57P01'))).toBe('unavailable');
    expect(kindOf(transient, raw('1290', 'running with the --read-only option'))).toBe('unavailable');
    for (const code of ['42601', '57014', '1064', '1290']) expect(kindOf(transient, raw(code))).toBe('none');
  });

  test('a client that cannot start has another field for the code', () => {
    const error = Object.assign(new Error('message'), { name: 'PrismaClientInitializationError', errorCode: 'P1001' });
    expect(kindOf(transient, error)).toBe('unavailable');
  });

  test('a mistake is not transient', () => {
    for (const code of ['P2002', 'P2025', 'P1000', 'P2010', 'P2028'])
      expect(kindOf(transient, known(code))).toBe('none');
  });
});
