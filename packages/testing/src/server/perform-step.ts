import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Writable } from 'node:stream';
import type { ByteFlow, ResolvedAnswer, ResolvedStep } from '../script/script.ts';
import type { Connection } from './connection.ts';
import { nextTurn, wait } from './real-time.ts';
import { streamOf } from './receive-request.ts';

/**
 * The time that a client gets to read the bytes that were sent before a reset, or a GOAWAY frame before the connection
 * is closed. A reset discards bytes that are still on their way (RFC 9293, section 3.10.7.4). Node 22 also reports no
 * error for a reset that arrives together with bytes. Undici reports only the end of a connection that is closed at once.
 */
const READING_MS = 20;

/** A response by HTTP/1.1 or HTTP/2. */
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** Matches the headers about connections, which HTTP/2 forbids (RFC 9113, section 8.2.2). */
const OF_HTTP1 = /^(?:connection|keep-alive|proxy-connection|upgrade)$/i;

/**
 * Performs a step on the connection that carries the response, with or without TLS. Resolves early if the connection
 * closes.
 */
export async function performStep(step: ResolvedStep, response: AnyResponse, connection: Connection): Promise<void> {
  const { tcp, socket, closed } = connection;
  const { goAway, resetStream } = step;
  const stream = streamOf(response.req);
  if (!stream && (goAway ?? resetStream) !== undefined) {
    throw new TypeError(
      '`goAway` and `resetStream` need HTTP/2, but the client speaks HTTP/1.1; use a client for HTTP/2',
    );
  }
  await pause(step.delayMs, closed);
  if (closed.aborted) return;
  if (goAway && stream?.session)
    connection.goAway(stream.session, goAway.code, goAway.lastStreamId ?? (stream.id as number));
  if (step.answer !== undefined) await sendAnswer(step.answer, response, connection);
  if (step.raw !== undefined) await sendBytes(step.raw, socket, closed);
  if ((step.end === 'reset' && (step.answer ?? step.raw) !== undefined) || step.end === 'goAway') {
    await pause(READING_MS, closed);
    // If the timer was late, a client in this process has not read the bytes yet, because the event loop reads after it
    // has run the timers of a turn.
    await nextTurn();
  }
  if (step.end === 'answered') response.end();
  else if (step.end === 'reset') tcp.resetAndDestroy();
  else if (step.end === 'close') connection.close();
  else if (step.end === 'resetStream') stream?.close(resetStream);
  else if (step.end === 'goAway') {
    if (step.answer) response.end();
    connection.leave(...(step.answer ? [] : [response.req, response]));
  }
}

async function sendAnswer(answer: ResolvedAnswer, response: AnyResponse, connection: Connection): Promise<void> {
  const { status, headers, bytes, sent } = answer;
  for (const [name, value] of Object.entries(headers)) {
    if (!('stream' in response && OF_HTTP1.test(name))) response.setHeader(name, value);
  }
  // The timeout is announced in the cases in which Node announces its own. Headers of the script take precedence.
  const keeps =
    'shouldKeepAlive' in response &&
    response.shouldKeepAlive &&
    !response.hasHeader('connection') &&
    !response.hasHeader('keep-alive');
  if (keeps && connection.keepAlive !== undefined) response.setHeader('keep-alive', connection.keepAlive);
  // A 204 must not have a content-length. A 304 may only have that of the answer it stands for, which nobody knows here
  // (RFC 9110, section 8.6).
  if (sent <= bytes.length && status !== 204 && status !== 304) response.setHeader('content-length', bytes.length);
  response.writeHead(status);
  if ('flushHeaders' in response) response.flushHeaders();
  if (response.req.method !== 'HEAD') await sendBytes(answer, response, connection.closed);
}

/**
 * Sends bytes. Waits after each chunk until the system has taken it. Therefore an endless body waits for its reader,
 * and a reset waits for the bytes before it.
 *
 * If the client leaves, Node may never call back, and then there is nothing left to do. Or Node reports an error, at
 * once and for each further chunk. Sending must end at the first error, because otherwise this loop would never let the
 * event loop notice that the connection has closed.
 */
async function sendBytes(flow: ByteFlow, target: Writable, closed: AbortSignal): Promise<void> {
  for await (const chunk of chunksOf(flow, closed)) {
    const error = await new Promise<Error | null | undefined>((done) => target.write(chunk, done));
    if (error) return;
  }
}

/** Yields the `sent` bytes of a flow, in pieces and at the pace of the flow. */
async function* chunksOf({ bytes, sent, dripMs }: ByteFlow, closed: AbortSignal): AsyncGenerator<Uint8Array, void> {
  for (let left = sent; left > 0 && !closed.aborted; ) {
    const piece = bytes.subarray(0, left);
    left -= piece.length;
    if (dripMs === 0) yield piece;
    else {
      for (const byte of piece) {
        await pause(dripMs, closed);
        if (closed.aborted) return;
        yield Uint8Array.of(byte);
      }
    }
  }
}

/** Waits for `ms`. If `closed` is aborted, stops waiting at once and leaves no timer. */
async function pause(ms: number, closed: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal: closed }).catch(() => {});
}
