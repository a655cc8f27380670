import type { IncomingMessage } from 'node:http';

/** A request that a flaky server received, whole. Frozen. */
export interface FlakyRequest {
  /** Its place in `requests`, from 1: request `num` gets step `num` of a list. */
  readonly num: number;
  /** The connection it came on, from 1. Two requests with the same number shared one (keep-alive). */
  readonly connection: number;
  /** The method, in upper case as sent: `'GET'`. */
  readonly method: string;
  /** The path with its query, as sent: `'/users?page=2'`. */
  readonly url: string;
  /** Headers by lower-case name; those sent more than once are joined as Node joins them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, read as UTF-8; `''` for none. */
  readonly body: string;
  /** When it had arrived, in milliseconds of `performance.now()`: the difference of two is how far apart they came. */
  readonly at: number;
}

/** Reads a request's body; rejects where the client goes away before its end. */
export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Makes the record of a received request. */
export function recordRequest(
  message: IncomingMessage,
  body: string,
  place: { readonly num: number; readonly connection: number },
): FlakyRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  return Object.freeze({
    num: place.num,
    connection: place.connection,
    // A server's messages always have both; the type is shared with a client's.
    method: message.method as string,
    url: message.url as string,
    headers: Object.freeze(headers),
    body,
    at: performance.now(),
  });
}
