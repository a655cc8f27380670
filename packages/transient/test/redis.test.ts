import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as transient from '@stamina/transient/redis';
import { Redis as RedisNew } from 'ioredis';
import ioredisOld from 'ioredis-5';
import { createClient as createNew } from 'redis';
import { createClient as createOld } from 'redis-4';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, hasRedis, type Server, startRedis, WITH_REDIS } from './support/servers.ts';
import { failure, sightings } from './support/sightings.ts';

const { see, unseen } = sightings('redis', transient);

/** What the tests need of a client, whichever it is. */
interface Client {
  send(...command: string[]): Promise<unknown>;
  close(): unknown;
}
type Open = (options: { port: number; retries?: boolean }) => Promise<Client>;

const openIoredis =
  (Redis: typeof RedisNew): Open =>
  async ({ port, retries = false }) => {
    const client = new Redis({
      port,
      maxRetriesPerRequest: retries ? 1 : null,
      retryStrategy: retries ? () => 1 : () => null,
      lazyConnect: true,
      enableReadyCheck: false,
      autoResendUnfulfilledCommands: false,
    });
    client.on('error', () => {});
    if (!retries) await client.connect();
    return {
      send: (...[name = '', ...args]) => client.call(name, ...args),
      close: () => client.disconnect(),
    };
  };

const openNodeRedis =
  (createClient: typeof createNew): Open =>
  async ({ port, retries = false }) => {
    const socket = { port, host: '127.0.0.1', reconnectStrategy: retries ? () => 1 : () => new Error('no more') };
    const client = createClient({ socket });
    client.on('error', () => {});
    await client.connect();
    return {
      send: (...command) => client.sendCommand(command),
      close: () => client.disconnect().catch(() => {}),
    };
  };

describe.skipIf(!hasRedis)(WITH_REDIS, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.remove());

  describe.each<[string, Open]>([
    ['ioredis 6.0', openIoredis(RedisNew)],
    ['ioredis 5.0', openIoredis(ioredisOld as unknown as typeof RedisNew)],
    ['redis 6.3', openNodeRedis(createNew)],
    ['redis 4.0', openNodeRedis(createOld as unknown as typeof createNew)],
  ])('%s', (name, openClient) => {
    let clients: Client[] = [];
    async function open(port: number = server.port): Promise<Client> {
      const client = await openClient({ port });
      clients.push(client);
      return client;
    }
    afterEach(async () => {
      await Promise.all(clients.map((client) => client.close()));
      clients = [];
    });

    test('a connection that is killed during a command is unavailable, and so are later commands', async () => {
      const [victim, killer] = [await open(), await open()];
      const id = String(await victim.send('CLIENT', 'ID'));
      const command = failure(victim.send('BLPOP', 'nothing', '0'));
      await vi.waitFor(async () => expect(await killer.send('CLIENT', 'LIST', 'ID', id)).toMatch(/cmd=blpop/i));
      await killer.send('CLIENT', 'KILL', 'ID', id);
      expect(see(await command)).toBe('unavailable');
      if (name.startsWith('ioredis')) expect(see(await failure(victim.send('PING')))).toBe('unavailable');
    });

    test('a server that loads its data is unavailable', async () => {
      const client = await open();
      await client.send('EVAL', "for i = 1, 1000 do redis.call('SET', 'key:' .. i, i) end", '0');
      await client.send('SAVE');
      await server.stop('SIGKILL');
      // The first line comes before the data is loaded, which takes a millisecond for each key.
      await server.start(
        ['--key-load-delay', '1000', '--loading-process-events-interval-bytes', '1024'],
        /initialized/,
      );
      const error = await vi.waitFor(async () => {
        const outcome = await openClient({ port: server.port }).catch((error) => error as Error);
        const failed = outcome instanceof Error ? outcome : await failure(outcome.send('GET', 'key:1'));
        expect(failed.message).toMatch(/LOADING/);
        return failed;
      });
      expect(see(error)).toBe('unavailable');
      await server.stop('SIGKILL');
      rmSync(join(server.folder, 'dump.rdb'));
      await server.start();
    });

    test('a server that runs a script is unavailable', async () => {
      const [client, other] = [await open(), await open()];
      await client.send('CONFIG', 'SET', 'lua-time-limit', '5');
      const script = failure(client.send('EVAL', 'while true do end', '0'));
      const busy = await vi.waitFor(async () => {
        const error = await failure(other.send('GET', 'key'));
        expect(error.message).toMatch(/^BUSY/);
        return error;
      });
      expect(see(busy)).toBe('unavailable');
      await other.send('SCRIPT', 'KILL');
      expect(see(await script)).toBe('none');
    });

    test('a replica is unavailable for writes, and without its master also for reads', async () => {
      const client = await open();
      await client.send('REPLICAOF', '127.0.0.1', String(await freePort()));
      try {
        expect(see(await failure(client.send('SET', 'key', 'value')))).toBe('unavailable');
        await client.send('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
        expect(see(await failure(client.send('GET', 'key')))).toBe('unavailable');
      } finally {
        await client.send('REPLICAOF', 'NO', 'ONE');
      }
    });

    test('a master without enough replicas is unavailable for writes', async () => {
      const client = await open();
      await client.send('CONFIG', 'SET', 'min-replicas-to-write', '1');
      try {
        expect(see(await failure(client.send('SET', 'key', 'value')))).toBe('unavailable');
      } finally {
        await client.send('CONFIG', 'SET', 'min-replicas-to-write', '0');
      }
    });

    test('too many clients are unavailable', async () => {
      const client = await open();
      await client.send('CONFIG', 'SET', 'maxclients', '1');
      try {
        // The server closes the connection at once, so a client may say only that.
        const error = await vi.waitFor(async () => {
          const outcome = await openClient({ port: server.port }).catch((error) => error as Error);
          const failed = outcome instanceof Error ? outcome : await failure(outcome.send('PING'));
          expect(failed.message).toMatch(/max number of clients|Socket closed|Connection is closed|no more/);
          return failed;
        });
        expect(see(error)).toBe('unavailable');
      } finally {
        await client.send('CONFIG', 'SET', 'maxclients', '100');
      }
    });

    test('a mistake is not transient', async () => {
      const client = await open();
      await client.send('SET', 'text', 'value');
      for (const command of [['NOTHING'], ['INCR', 'text'], ['LPUSH', 'text', '1'], ['EVALSHA', 'f'.repeat(40), '0']]) {
        expect(see(await failure(client.send(...command)))).toBe('none');
      }
      await client.send('XGROUP', 'CREATE', 'stream', 'group', '$', 'MKSTREAM').catch(() => {});
      const again = await failure(client.send('XGROUP', 'CREATE', 'stream', 'group', '$'));
      expect(again.message).toMatch(/^BUSYGROUP/);
      expect(see(again)).toBe('none');
    });

    test('a server that stops, and one that is down, are unavailable', async () => {
      const client = await open();
      const command = failure(client.send('BLPOP', 'nothing', '0'));
      await (await open()).send('PING');
      await server.stop();
      try {
        expect(see(await command)).toBe('unavailable');
        const outcome = await openClient({ port: server.port, retries: name.startsWith('ioredis') }).catch(
          (error) => error,
        );
        const error = outcome instanceof Error ? outcome : await failure(outcome.send('PING'));
        if (!(outcome instanceof Error)) clients.push(outcome);
        expect(see(error)).toBe('unavailable');
      } finally {
        await server.start();
      }
    });
  });

  describe.each([
    ['ioredis 6.0', RedisNew],
    ['ioredis 5.0', ioredisOld as unknown as typeof RedisNew],
  ])('%s', (_, Redis) => {
    test('a command that takes too long is unavailable', async () => {
      const client = new Redis({ port: server.port, commandTimeout: 20 });
      expect(see(await failure(client.blpop('nothing', 0)))).toBe('unavailable');
      client.disconnect();
    });

    test('a command before the connection is unavailable, if it must not wait', async () => {
      const client = new Redis({ port: server.port, enableOfflineQueue: false });
      expect(see(await failure(client.ping()))).toBe('unavailable');
      client.disconnect();
    });

    test('sentinels and clusters that cannot be reached are unavailable', async () => {
      const port = await freePort();
      const sentinels = new Redis({
        sentinels: [{ host: '127.0.0.1', port }],
        name: 'main',
        lazyConnect: true,
        sentinelRetryStrategy: () => null,
        retryStrategy: () => null,
      });
      sentinels.on('error', () => {});
      expect(see(await failure(sentinels.connect()))).toBe('unavailable');

      const cluster = new Redis.Cluster([{ host: '127.0.0.1', port }], {
        clusterRetryStrategy: () => null,
        lazyConnect: true,
      });
      const told = new Promise((resolve) => cluster.on('error', resolve));
      expect(see(await failure(cluster.connect()))).toBe('unavailable');
      expect(see(await told)).toBe('unavailable');
    });

    test('a pipeline of which a part was executed is unavailable, although the error is an AbortError', async () => {
      const [client, killer] = [new Redis({ port: server.port }), new Redis({ port: server.port })];
      const id = String(await client.client('ID'));
      const pipeline = client.pipeline().ping().blpop('nothing', 0).exec();
      await vi.waitFor(async () => expect(await killer.client('LIST', 'ID', Number(id))).toMatch(/cmd=blpop/i));
      await killer.call('CLIENT', 'KILL', 'ID', id);
      const [, [error] = []] = (await pipeline) ?? [];
      expect(error?.name).toBe('AbortError');
      expect(see(error)).toBe('unavailable');
      client.disconnect();
      killer.disconnect();
    });
  });

  describe.each([
    ['redis 6.3', createNew],
    ['redis 4.0', createOld as unknown as typeof createNew],
  ])('%s', (_, createClient) => {
    test('a transaction of which another client changed a key is a conflict', async () => {
      const [client, other] = [
        createClient({ url: `redis://127.0.0.1:${server.port}` }),
        await openNodeRedis(createClient)({ port: server.port }),
      ];
      await client.connect();
      await client.watch('watched');
      await other.send('SET', 'watched', 'changed');
      expect(see(await failure(client.multi().get('watched').exec()))).toBe('conflict');
      await client.disconnect();
      await other.close();
    });

    test('a connection that cannot be opened in time is unavailable', async () => {
      server.kill('SIGSTOP');
      try {
        // The server never answers the beginning of TLS.
        const socket = {
          port: server.port,
          host: '127.0.0.1',
          tls: true,
          connectTimeout: 20,
          reconnectStrategy: () => new Error('no more'),
        } as const;
        const client = createClient({ socket });
        client.on('error', () => {});
        expect(see(await failure(client.connect()))).toBe('unavailable');
      } finally {
        server.kill('SIGCONT');
      }
    });
  });

  // The oldest version has no `disableOfflineQueue`.
  test('redis: a client that is offline is unavailable, and one that was closed is not transient', async () => {
    const port = await freePort();
    const client = createNew({
      socket: { port, host: '127.0.0.1', reconnectStrategy: () => 1_000 },
      disableOfflineQueue: true,
    });
    client.on('error', () => {});
    void client.connect().catch(() => {});
    expect(see(await failure(client.get('key')))).toBe('unavailable');
    client.destroy();
    expect(see(await failure(client.get('key')))).toBe('none');
  });

  test('every row that says seen was seen', () => {
    expect(unseen()).toEqual([]);
  });
});
