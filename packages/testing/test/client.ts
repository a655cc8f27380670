// What a client sees, by Node's own: nothing is retried, followed or hidden.
import { type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Seen {
  /** `undefined` when the connection ended before an answer. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How many pieces the body came in. */
  readonly pieces: number;
  /** The code of the error that ended it, with its message. */
  readonly error: string | undefined;
}

/** Sends a request, on a connection of its own unless an agent is given, and resolves with what came of it. */
export function send(
  url: string,
  options: RequestOptions & { ca?: string; body?: string | Uint8Array } = {},
): Promise<Seen> {
  return new Promise((resolve) => {
    const { body, ...rest } = options;
    let status: number | undefined;
    let headers: IncomingHttpHeaders = {};
    const pieces: Buffer[] = [];
    const end = (error?: NodeJS.ErrnoException): void => {
      const text = Buffer.concat(pieces).toString();
      resolve({
        status,
        headers,
        body: text,
        pieces: pieces.length,
        error: error && `${error.code}: ${error.message}`,
      });
    };
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, { agent: false, ...rest });
    request.once('error', end);
    request.once('response', (response) => {
      ({ statusCode: status, headers } = response);
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', end);
      response.once('end', () => end());
    });
    request.end(body);
  });
}

/** The code of what `fetch` or a body of its failed with. */
export async function failureCode(failing: Promise<unknown>): Promise<string> {
  try {
    await failing;
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? name;
  }
  return 'no failure';
}
