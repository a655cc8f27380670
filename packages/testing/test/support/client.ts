/*
 * A client on Node's own HTTP module, which reports exactly what it receives. It retries nothing and follows no
 * redirects.
 */
import { type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Outcome {
  /** `undefined` if the connection ended before an answer. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The number of pieces in which the body arrived. */
  readonly pieces: number;
  /** The code and the message of the error that ended the request or its answer. */
  readonly error: string | undefined;
}

/** Sends a request and resolves with its outcome. Uses a new connection, unless the options have an agent. */
export function send(
  url: string,
  options: RequestOptions & { ca?: string; body?: string | Uint8Array } = {},
): Promise<Outcome> {
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

/** Returns the code of the error with which `failing` rejects, a call of `fetch` or of a method that reads a body. */
export async function failureCode(failing: Promise<unknown>): Promise<string> {
  try {
    await failing;
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? name;
  }
  return 'no failure';
}
