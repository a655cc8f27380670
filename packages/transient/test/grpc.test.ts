import { Code, ConnectError } from '@connectrpc/connect';
import {
  type CallOptions,
  Client,
  credentials,
  type Metadata as GrpcMetadata,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import * as transient from '@stamina/transient/grpc';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from './support/servers.ts';
import { failure, sightings } from './support/sightings.ts';

const { see, unseen } = sightings('grpc', transient);
const { isThrottled, isTransient, isUnavailable } = transient;

const PATH = '/shop.Orders/Load';
const same = (bytes: Buffer): Buffer => bytes;

/** Writes a field of Protocol Buffers with a number, or with bytes. */
function field(number: number, value: number | Uint8Array): Buffer {
  if (typeof value !== 'number') {
    return Buffer.concat([varint(number * 8 + 2), varint(value.length), value]);
  }
  return Buffer.concat([varint(number * 8), varint(value)]);
}
function varint(value: number): Buffer {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    if (rest < 128) return Buffer.from(bytes);
  }
}
const retryInfo = (seconds: number, nanos: number): Buffer =>
  field(1, Buffer.concat([seconds ? field(1, seconds) : Buffer.alloc(0), nanos ? field(2, nanos) : Buffer.alloc(0)]));
const any = (type: string, value: Uint8Array): Buffer =>
  Buffer.concat([field(1, Buffer.from(`type.googleapis.com/${type}`)), field(2, value)]);
/** The bytes of a `google.rpc.Status` with details. */
const statusWith = (code: number, ...details: Buffer[]): Buffer =>
  Buffer.concat([field(1, code), field(2, Buffer.from('message')), ...details.map((detail) => field(3, detail))]);

interface Outcome {
  readonly code: number;
  readonly metadata?: GrpcMetadata;
}

describe('a server of grpc-js', () => {
  let server: Server;
  let port: number;
  let outcome: Outcome | 'silence';
  let clients: Client[] = [];

  async function listen(on: number): Promise<void> {
    server = new Server();
    server.register(
      PATH,
      (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
        if (outcome !== 'silence') callback({ ...outcome, details: 'message' });
      },
      same,
      same,
      'unary',
    );
    port = await new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${on}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }
  beforeAll(() => listen(0));
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(() => server.forceShutdown());

  function open(): Client {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
    clients.push(client);
    return client;
  }
  function call(client: Client, options: CallOptions = {}, use?: (call: { cancel(): void }) => void): Promise<Error> {
    return failure(
      new Promise((resolve, reject) => {
        const unary = client.makeUnaryRequest(PATH, same, same, Buffer.alloc(0), options, (error, value) =>
          error ? reject(error) : resolve(value),
        );
        use?.(unary);
      }),
    );
  }
  async function failWith(code: number, metadata?: GrpcMetadata): Promise<Error> {
    outcome = { code, ...(metadata && { metadata }) };
    return await call(open());
  }
  const metadataWith = (key: string, value: string | Buffer): GrpcMetadata => {
    const metadata = new Metadata();
    metadata.set(key, value);
    return metadata;
  };

  const KINDS: Record<string, string> = {
    ABORTED: 'conflict',
    DEADLINE_EXCEEDED: 'unavailable',
    UNAVAILABLE: 'unavailable',
  };
  const statuses = Object.entries(status).filter(([name, code]) => Number.isNaN(Number(name)) && code !== status.OK);
  test.each(statuses)('%s', async (name, code) => {
    expect(see(await failWith(code as number))).toBe(KINDS[name] ?? 'none');
  });

  test.each([
    [7, 500_000_000, 7_500],
    [0, 1, 1],
    [300, 0, 300_000],
    [0, 0, 0],
  ])('RESOURCE_EXHAUSTED with a RetryInfo of %i s and %i ns is throttled', async (seconds, nanos, atLeast) => {
    const details = [
      any('google.rpc.ErrorInfo', field(1, Buffer.from('reason'))),
      any('google.rpc.RetryInfo', retryInfo(seconds, nanos)),
    ];
    const metadata = metadataWith('grpc-status-details-bin', statusWith(status.RESOURCE_EXHAUSTED, ...details));
    const error = await failWith(status.RESOURCE_EXHAUSTED, metadata);
    expect(see(error)).toBe('throttled');
    expect(isThrottled(error)).toEqual({ atLeast });
  });

  test('other details, and broken ones, change nothing', async () => {
    const other = statusWith(status.RESOURCE_EXHAUSTED, any('google.rpc.ErrorInfo', field(1, Buffer.from('reason'))));
    for (const details of [other, Buffer.from([26, 255, 255, 255]), Buffer.from([255, 255]), Buffer.alloc(0)]) {
      const error = await failWith(status.RESOURCE_EXHAUSTED, metadataWith('grpc-status-details-bin', details));
      expect(see(error)).toBe('none');
    }
  });

  test('UNAVAILABLE with a RetryInfo says when', async () => {
    const details = statusWith(status.UNAVAILABLE, any('google.rpc.RetryInfo', retryInfo(2, 0)));
    const error = await failWith(status.UNAVAILABLE, metadataWith('grpc-status-details-bin', details));
    expect(isUnavailable(error)).toEqual({ atLeast: 2_000 });
    expect(isTransient(error)).toEqual({ atLeast: 2_000 });
  });

  test('a server may push back, or forbid a retry', async () => {
    const later = await failWith(status.UNAVAILABLE, metadataWith('grpc-retry-pushback-ms', '250'));
    expect(isTransient(later)).toEqual({ atLeast: 250 });
    expect(see(await failWith(status.UNAVAILABLE, metadataWith('grpc-retry-pushback-ms', '-1')))).toBe('none');
    expect(see(await failWith(status.UNAVAILABLE, metadataWith('grpc-retry-pushback-ms', 'soon')))).toBe('none');
  });

  test('a deadline that passes is unavailable, and a cancelled call is not transient', async () => {
    outcome = 'silence';
    expect(see(await call(open(), { deadline: Date.now() + 50 }))).toBe('unavailable');
    expect(see(await call(open(), {}, (running) => setImmediate(() => running.cancel())))).toBe('none');
  });

  test('a connection that is lost during a call is unavailable, and so is a server that is down', async () => {
    outcome = 'silence';
    const client = open();
    const running = call(client);
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + 5_000, (error) => (error ? reject(error) : resolve())),
    );
    server.forceShutdown();
    expect(see(await running)).toBe('unavailable');
    expect(see(await call(client))).toBe('unavailable');
    await listen(port);
  });

  test('every row that says seen was seen', () => {
    expect(unseen()).toEqual([]);
  });
});

test('nobody listens: unavailable', async () => {
  const client = new Client(`127.0.0.1:${await freePort()}`, credentials.createInsecure());
  const error = await failure(
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(PATH, same, same, Buffer.alloc(0), (error, value) =>
        error ? reject(error) : resolve(value),
      );
    }),
  );
  client.close();
  expect(see(error)).toBe('unavailable');
});

describe('errors of Connect', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

  test.each([
    [Code.Canceled, 'none'],
    [Code.Unknown, 'none'],
    [Code.InvalidArgument, 'none'],
    [Code.DeadlineExceeded, 'unavailable'],
    [Code.ResourceExhausted, 'none'],
    [Code.Aborted, 'conflict'],
    [Code.Internal, 'none'],
    [Code.Unavailable, 'unavailable'],
  ])('code %i is %s', (code, kind) => {
    expect(see(new ConnectError('message', code))).toBe(kind);
  });

  test('a RetryInfo says when', () => {
    const error = new ConnectError('message', Code.ResourceExhausted);
    error.details.push({ type: 'google.rpc.RetryInfo', value: retryInfo(1, 0) });
    expect(isThrottled(error)).toEqual({ atLeast: 1_000 });
    const pushed = new ConnectError('message', Code.Unavailable, { 'grpc-retry-pushback-ms': '20' });
    expect(isTransient(pushed)).toEqual({ atLeast: 20 });
  });

  test('a lost connection and a cancelled one are told apart', () => {
    expect(see(ConnectError.from(reset))).toBe('unavailable');
    expect(see(ConnectError.from(new DOMException('aborted', 'AbortError')))).toBe('none');
  });
});

test('a number of something else is no status code', () => {
  expect(see(Object.assign(new Error('exited'), { code: 14 }))).toBe('none');
  expect(see(new DOMException('aborted', 'NotFoundError'))).toBe('none');
});
