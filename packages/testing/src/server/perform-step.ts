import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { ByteFlow, ResolvedAnswer, ResolvedStep } from '../script/resolve-step.ts';
import type { Connection } from './connection.ts';
import { nextTurn, wait } from './real-time.ts';

/**
 * The time that a client gets to read the bytes that were sent before a reset. A reset discards bytes that are still on
 * their way (RFC 9293, section 3.10.7.4). Node 22 also reports no error for a reset that arrives together with bytes.
 */
const READING_MS = 20;

/**
 * Performs a step on the connection that carries the response, with or without TLS. Resolves early if the connection
 * closes.
 */
export async function performStep(step: ResolvedStep, response: ServerResponse, connection: Connection): Promise<void> {
  const { tcp, closed } = connection;
  await pause(step.delayMs, closed);
  if (closed.aborted) return;
  if (step.answer !== undefined) await sendAnswer(step.answer, response, connection);
  if (step.raw !== undefined) await sendBytes(step.raw, response.req.socket, closed);
  if (step.end === 'reset' && (step.answer ?? step.raw) !== undefined) {
    await pause(READING_MS, closed);
    // If the timer was late, a client in this process has not read the bytes yet, because the event loop reads after it
    // has run the timers of a turn.
    await nextTurn();
  }
  if (step.end === 'answered') response.end();
  else if (step.end === 'reset') tcp.resetAndDestroy();
  else if (step.end === 'close') response.req.socket.destroySoon();
}

async function sendAnswer(answer: ResolvedAnswer, response: ServerResponse, connection: Connection): Promise<void> {
  const { status, headers, bytes, sent } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // The timeout is announced in the cases in which Node announces its own. Headers of the script take precedence.
  const keeps = response.shouldKeepAlive && !response.hasHeader('connection') && !response.hasHeader('keep-alive');
  if (keeps && connection.keepAlive !== undefined) response.setHeader('keep-alive', connection.keepAlive);
  // A 204 must not have a content-length. A 304 may only have that of the answer it stands for, which nobody knows here
  // (RFC 9110, section 8.6).
  if (sent <= bytes.length && status !== 204 && status !== 304) response.setHeader('content-length', bytes.length);
  response.writeHead(status);
  response.flushHeaders();
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
