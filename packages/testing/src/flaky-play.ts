import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { ResolvedAnswer, ResolvedStep } from './resolved-step.ts';

// Held from the start: the server stands for another machine, whose clock no fake timer moves.
const wait = setTimeout;
const nextTurn = setImmediate;

/**
 * How long a client gets to read what goes before a reset: a reset discards what is still under way
 * (RFC 9293, section 3.10.7.4), and Node 22 takes one that comes together with bytes for an end without an error.
 */
const READING_MS = 20;

/**
 * Does what a step says, on the connection `tcp`, which carries the response itself or its TLS.
 * Resolves early, having done nothing more, once `gone` is aborted.
 */
export async function play(
  step: ResolvedStep,
  response: ServerResponse,
  tcp: Socket,
  gone: AbortSignal,
): Promise<void> {
  await pause(step.delay, gone);
  if (gone.aborted) return;
  if (step.answer !== undefined) {
    await send(step.answer, response, gone);
    if (step.end === 'reset') {
      await pause(READING_MS, gone);
      // A client in this very process reads between the timers of a turn and its end, however late they are.
      await nextTurn();
    }
  }
  if (step.end === 'answered') response.end();
  else if (step.end === 'reset') tcp.resetAndDestroy();
  else if (step.end === 'close') response.req.socket.destroySoon();
}

async function send(answer: ResolvedAnswer, response: ServerResponse, gone: AbortSignal): Promise<void> {
  const { status, headers, body, sent } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // RFC 9110, section 8.6: a 204 has no content-length, and a 304 only that of the answer it stands for.
  if (sent <= body.length && status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.writeHead(status);
  response.flushHeaders();
  if (response.req.method === 'HEAD') return;
  for await (const chunk of chunks(answer, gone)) {
    // Once it is written, rather than buffered: so does an endless body wait for its reader, and a reset for what goes before it.
    // Where the client leaves first, this may never come, and then nothing is left to do; or it comes as an error, at once
    // for each further chunk: to go on would keep the process from ever hearing that the connection has closed.
    const error = await new Promise<Error | null | undefined>((done) => response.write(chunk, done));
    if (error) return;
  }
}

/** The bytes to send, `sent` of them, in the pieces and at the pace of the answer. */
async function* chunks({ body, sent, drip }: ResolvedAnswer, gone: AbortSignal): AsyncGenerator<Uint8Array, void> {
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
