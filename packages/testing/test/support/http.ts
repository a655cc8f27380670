/*
 * A client on Node's own HTTP module, which reports exactly what it receives. It retries nothing and follows no
 * redirects.
 */
import { type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type FlakyScript, type FlakyServer, type FlakyServerOptions, flakyServer } from '@stamina/testing';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

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

/** Starts a server that is closed when the test has finished. */
export async function startServer(script: FlakyScript, options: FlakyServerOptions = {}): Promise<FlakyServer> {
  const server = await flakyServer(script, options);
  onTestFinished(() => server.close());
  return server;
}

/** Starts a server as `startServer` does, and returns only its address. */
export async function startUrl(script: FlakyScript): Promise<string> {
  return (await startServer(script)).url;
}

/** Returns how many timers of this process are active. */
export function countActiveTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/** Resolves after a time. In a race, its value shows that no other promise was faster. */
export function pause(ms: number): Promise<'nothing'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'nothing'));
}

/** Makes a self-signed certificate for 127.0.0.1 and its private key. */
export async function makeCertificate(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { key, cert };
}
