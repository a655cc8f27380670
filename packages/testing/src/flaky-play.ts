import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Connection } from './flaky-connection.ts';
import type { Flow, ResolvedAnswer, ResolvedStep } from './resolved-step.ts';

// Held from the start: the server stands for another machine, whose clock no fake timer moves.
const wait = setTimeout;
const nextTurn = setImmediate;

/**
 * How long a client gets to read what goes before a reset: a reset discards what is still under way
 * (RFC 9293, section 3.10.7.4), and Node 22 takes one that comes together with bytes for an end without an error.
 */
const READING_MS = 20;

/**
 * Does what a step says, on the connection that carries the response itself or its TLS.
 * Resolves early, having done nothing more, once that is gone.
 */
export async function play(step: ResolvedStep, response: ServerResponse, connection: Connection): Promise<void> {
  const { tcp, gone } = connection;
  await pause(step.delay, gone);
  if (gone.aborted) return;
  if (step.answer !== undefined) await send(step.answer, response, connection);
  if (step.raw !== undefined) await pour(step.raw, response.req.socket, gone);
  if (step.end === 'reset' && (step.answer ?? step.raw) !== undefined) {
    await pause(READING_MS, gone);
    // A client in this very process reads between the timers of a turn and its end, however late they are.
    await nextTurn();
  }
  if (step.end === 'answered') response.end();
  else if (step.end === 'reset') tcp.resetAndDestroy();
  else if (step.end === 'close') response.req.socket.destroySoon();
}

async function send(answer: ResolvedAnswer, response: ServerResponse, connection: Connection): Promise<void> {
  const { status, headers, body, sent } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // As Node announces it; the script has the last word.
  const keeps = response.shouldKeepAlive && !response.hasHeader('connection') && !response.hasHeader('keep-alive');
  if (keeps && connection.keepAlive !== undefined) response.setHeader('keep-alive', connection.keepAlive);
  // RFC 9110, section 8.6: a 204 has no content-length, and a 304 only that of the answer it stands for.
  if (sent <= body.length && status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.writeHead(status);
  response.flushHeaders();
  if (response.req.method !== 'HEAD') await pour(answer, response, connection.gone);
}

async function pour(flow: Flow, target: Writable, gone: AbortSignal): Promise<void> {
  for await (const chunk of chunks(flow, gone)) {
    // Once it is written, rather than buffered: so does an endless body wait for its reader, and a reset for what goes before it.
    // Where the client leaves first, this may never come, and then nothing is left to do; or it comes as an error, at once
    // for each further chunk: to go on would keep the process from ever hearing that the connection has closed.
    const error = await new Promise<Error | null | undefined>((done) => target.write(chunk, done));
    if (error) return;
  }
}

/** The bytes to send, `sent` of them, in the pieces and at the pace of the flow. */
async function* chunks({ body, sent, drip }: Flow, gone: AbortSignal): AsyncGenerator<Uint8Array, void> {
  for (let left = sent; left > 0 && !gone.aborted; ) {
    const whole = body.subarray(0, left);
    left -= whole.length;
    if (drip === 0) yield whole;
    else {
      for (const byte of whole) {
        await pause(drip, gone);
        if (gone.aborted) return;
        yield Uint8Array.of(byte);
      }
    }
  }
}

/** Waits; ends at once, and leaves no timer, when `gone` is aborted. */
async function pause(ms: number, gone: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal: gone }).catch(() => {});
}
