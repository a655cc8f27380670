import type { IncomingMessage } from 'node:http';

/** A request that a flaky server received. It is recorded when its headers arrive; what depends on its body follows. */
export interface FlakyRequest {
  /** Its number, from 1: request `num` gets step `num` of a list, whether it is `complete` or not. */
  readonly num: number;
  /** The connection it came on, from 1. Two requests with the same number shared one (keep-alive). */
  readonly connection: number;
  /** Whether its connection had carried a request before: on such a one, servers may hang up at any time. */
  readonly reused: boolean;
  /** The method, in upper case as sent: `'GET'`. */
  readonly method: string;
  /** The path with its query, as sent: `'/users?page=2'`. */
  readonly path: string;
  /** Headers by lower-case name; those sent more than once are joined as Node joins them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body read as UTF-8; `''` for none, and until the body has ended. */
  readonly body: string;
  /** The body as it was sent; empty for none, and until the body has ended. */
  readonly bytes: Uint8Array;
  /** Whether the request arrived to its end. `false` while it is arriving, and for good where the client left or the step's `read` cut it. */
  readonly complete: boolean;
  /** When its headers had arrived, in milliseconds of `performance.now()`: the difference of two is how far apart they came. */
  readonly at: number;
}

/** A request as its body fills it in. */
export type ArrivingRequest = { -readonly [K in keyof FlakyRequest]: FlakyRequest[K] };

// Held from the start: the server stands for another machine, whose clock no fake timer moves.
const now = performance.now.bind(performance);

/** Makes the record of a request whose headers have arrived. */
export function beginRequest(
  message: IncomingMessage,
  num: number,
  connection: number,
  reused: boolean,
): ArrivingRequest {
  return {
    num,
    connection,
    reused,
    // A server's messages always have both; the type is shared with a client's.
    method: message.method as string,
    path: message.url as string,
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    body: '',
    bytes: new Uint8Array(),
    complete: false,
    at: now(),
  };
}

/**
 * Reads the body into the record: `most` of its bytes, or all. Resolves when that much has arrived,
 * with `false` where the client left before. What is beyond is read and dropped, so that the connection can be used again.
 */
export function receiveBody(message: IncomingMessage, request: ArrivingRequest, most: number): Promise<boolean> {
  const chunks: Uint8Array[] = [];
  let room = most;
  let dropped = false;
  const record = (): void => {
    const bytes = Buffer.concat(chunks);
    request.bytes = new Uint8Array(bytes);
    request.body = bytes.toString('utf8');
  };
  return new Promise((resolve) => {
    const receive = (chunk: Uint8Array): void => {
      const kept = chunk.subarray(0, room);
      dropped ||= kept.length < chunk.length;
      if (room === 0) return;
      chunks.push(kept);
      room -= kept.length;
      if (room > 0) return;
      record();
      resolve(true);
    };
    message.on('data', receive);
    message.once('end', () => {
      record();
      request.complete = !dropped;
      resolve(true);
    });
    message.once('close', () => {
      if (!message.readableEnded) record();
      resolve(false);
    });
    if (most === 0) resolve(true);
  });
}
