import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest, ServerHttp2Stream } from 'node:http2';
import type { FlakyRequest } from '../script/step.ts';
import { now } from './real-time.ts';

/** The record of a request while its body is arriving. */
export type ArrivingRequest = { -readonly [Key in keyof FlakyRequest]: FlakyRequest[Key] };

/** Makes the record of a request whose headers have arrived. */
export function recordRequest(
  message: IncomingMessage | Http2ServerRequest,
  num: number,
  connection: number,
  reused: boolean,
): ArrivingRequest {
  return {
    num,
    connection,
    stream: streamOf(message)?.id,
    reused,
    // A server receives both with every message. The type allows other values, because clients use it too.
    method: message.method as string,
    path: message.url as string,
    headers: headersOf(message.headers),
    body: '',
    bytes: new Uint8Array(),
    complete: false,
    at: now(),
  };
}

/** Returns the stream of a request that came by HTTP/2, or `undefined`. */
export function streamOf(message: IncomingMessage | Http2ServerRequest): ServerHttp2Stream | undefined {
  return 'stream' in message ? message.stream : undefined;
}

/** Returns the headers of a request. HTTP/2 sends the method, the path and the host as headers of its own. */
function headersOf({ ':authority': host, ...headers }: IncomingMessage['headers']): Record<string, string> {
  const given = Object.entries(host === undefined ? headers : { host, ...headers });
  return Object.fromEntries(given.flatMap(([name, value]) => (name.startsWith(':') ? [] : [[name, String(value)]])));
}

/**
 * Reads at most `most` bytes of the body into the record. Drops the rest, so that the connection can be used again.
 *
 * Resolves with `true` as soon as these bytes have arrived, and with `false` if the client left before that.
 */
export function receiveBody(
  message: IncomingMessage | Http2ServerRequest,
  request: ArrivingRequest,
  most: number,
): Promise<boolean> {
  const chunks: Uint8Array[] = [];
  let room = most;
  let dropped = false;
  const recordBody = (): void => {
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
      recordBody();
      resolve(true);
    };
    message.on('data', receive);
    message.once('end', () => {
      recordBody();
      request.complete = !dropped;
      resolve(true);
    });
    message.once('close', () => {
      if (!message.readableEnded) recordBody();
      resolve(false);
    });
    if (most === 0) resolve(true);
  });
}
